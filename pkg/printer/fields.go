package printer

import "io"

// Field is a name and what it is.
type Field struct{ Name, Value string }

// Fields draws what one thing is, a line each. What is empty is left out.
func Fields(w io.Writer, fields []Field) error {
	var rows [][]string
	for _, f := range fields {
		if f.Value != "" {
			rows = append(rows, []string{f.Name, f.Value})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return table(w, rows[0], rows[1:])
}
