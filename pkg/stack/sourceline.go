package stack

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A text that is filled in may have more lines than before, or fewer. So that errors name those of the file, it is
// filled in once more with the number of each line at its end.

// lineMark is the number, between characters that no file has a use for.
var lineMark = regexp.MustCompile("\uf8fe([0-9]+)\uf8ff")

// sourceLines are the lines of the file that the lines of its rendered text come of, beginning with 1; none where both
// are the same, or where it cannot be told.
func sourceLines(text, rendered string, answers map[string]string) []int {
	if rendered == text {
		return nil
	}
	marked, err := render(withMarks(text), answers)
	if err != nil || lineMark.ReplaceAllString(marked, "") != rendered {
		return nil
	}
	lines := strings.Split(marked, "\n")
	from, next := make([]int, len(lines)+1), 0
	for i := len(lines); i > 0; i-- { // the mark is at the end of what became several lines
		if mark := lineMark.FindStringSubmatch(lines[i-1]); mark != nil {
			next, _ = strconv.Atoi(mark[1])
		}
		from[i] = next
	}
	return from
}

// withMarks leaves out the lines whose end is in an action, or is cut off by one.
func withMarks(text string) string {
	var b strings.Builder
	open := false
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		said := strings.TrimRight(line, " \t\r") // what follows may be cut off by the next line
		b.WriteString(said)
		if last := max(strings.LastIndex(line, "{{"), strings.LastIndex(line, "}}")); last >= 0 {
			open = line[last] == '{'
		}
		if !open && said != "" && !strings.HasSuffix(said, "-}}") {
			b.WriteString("\uf8fe" + strconv.Itoa(i+1) + "\uf8ff")
		}
		b.WriteString(line[len(said):])
	}
	return b.String()
}

// yamlLine is where the parser of YAML found what is none.
var yamlLine = regexp.MustCompile(`\bline ([0-9]+):`)

// inFile gives an error of parse the line of the file.
func inFile(err error, from []int) error {
	source := func(line int) int {
		if line < len(from) && from[line] > 0 {
			return from[line]
		}
		return line
	}
	if problem := (Problem{}); errors.As(err, &problem) {
		problem.Line = source(problem.Line)
		return problem
	}
	return withLine(err, source)
}

func withLine(err error, change func(int) int) error {
	return errors.New(yamlLine.ReplaceAllStringFunc(err.Error(), func(said string) string {
		line, _ := strconv.Atoi(strings.Trim(said, "line :"))
		return fmt.Sprintf("line %d:", change(line))
	}))
}

// renumber gives nodes the lines of the file.
func renumber(n *yaml.Node, from []int) {
	if n.Line < len(from) && from[n.Line] > 0 {
		n.Line = from[n.Line]
	}
	for _, item := range n.Content {
		renumber(item, from)
	}
}
