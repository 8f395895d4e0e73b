package lab

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// What in a table differs from run to run.
var wildcards = map[string]string{
	"<AGE>":  `(Less than a second|1 second|\d+ seconds|About a minute|\d+ minutes|About an hour|\d+ hours) ago`,
	"<POD>":  `[a-z0-9]{1,10}-[a-z0-9]{5}`,
	"<IP>":   `[0-9a-f.:]+`,
	"<NODE>": `[a-z0-9.-]+`,
	"<WHO>":  `\S+`,
	"<NONE>": ``,
}

var (
	heading  = regexp.MustCompile(`\S+(?: \S+)*`)
	gap      = regexp.MustCompile(`\s{2,}`)
	wildcard = regexp.MustCompile(`<[A-Z]+>`)
)

// MatchTable compares a table as a command printed it with the wanted one, cell by
// cell. The wanted cells stand at least two spaces apart and may hold wildcards; those
// left out at the end of a row are empty. How got is laid out is checked byte by byte:
// columns are padded to their longest cell and 3 more, 10 at least, the last one not.
func MatchTable(got, want string) error {
	rows, err := parseTable(got)
	if err != nil {
		return err
	}
	if again := layOut(rows); again != got {
		return fmt.Errorf("the layout is not the rule's:\n%swant:\n%s", visible(got), visible(again))
	}
	wanted := strings.Split(strings.Trim(want, "\n"), "\n")
	if len(wanted) != len(rows) {
		return fmt.Errorf("%d rows below the header, want %d:\n%s", len(rows)-1, len(wanted)-1, got)
	}
	for i, line := range wanted {
		cells := gap.Split(strings.TrimSpace(line), -1)
		for j, cell := range rows[i] {
			wantCell := ""
			if j < len(cells) {
				wantCell = cells[j]
			}
			if !matchCell(cell, wantCell) {
				return fmt.Errorf("row %d, column %s: got %q, want %q:\n%s", i, rows[0][j], cell, wantCell, got)
			}
		}
	}
	return nil
}

// parseTable cuts lines where the headings stand.
func parseTable(text string) ([][]string, error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	columns := heading.FindAllStringIndex(lines[0], -1)
	if len(columns) == 0 {
		return nil, fmt.Errorf("no table: %q", text)
	}
	var rows [][]string
	for _, line := range lines {
		var row []string
		for i, column := range columns {
			from, to := min(column[0], len(line)), len(line)
			if i+1 < len(columns) {
				to = min(columns[i+1][0], len(line))
			}
			row = append(row, strings.TrimRight(line[from:to], " "))
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func layOut(rows [][]string) string {
	width := make([]int, len(rows[0]))
	for i := range width {
		longest := slices.MaxFunc(rows, func(a, b []string) int { return len(a[i]) - len(b[i]) })
		width[i] = max(10, len(longest[i])+3)
	}
	var b strings.Builder
	for _, row := range rows {
		for i, cell := range row {
			if i == len(row)-1 {
				width[i] = 0
			}
			fmt.Fprintf(&b, "%-*s", width[i], cell)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func matchCell(got, want string) bool {
	var pattern strings.Builder
	rest := 0
	for _, at := range wildcard.FindAllStringIndex(want, -1) {
		if w, ok := wildcards[want[at[0]:at[1]]]; ok {
			pattern.WriteString(regexp.QuoteMeta(want[rest:at[0]]) + w)
			rest = at[1]
		}
	}
	pattern.WriteString(regexp.QuoteMeta(want[rest:]))
	ok, err := regexp.MatchString(`^(?:`+pattern.String()+`)$`, got)
	return ok && err == nil
}

// visible shows where lines end.
func visible(s string) string { return strings.ReplaceAll(s, "\n", "$\n") }
