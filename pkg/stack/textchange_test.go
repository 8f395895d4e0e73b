package stack

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTextChange(t *testing.T) {
	for sentence, c := range map[string]struct {
		was, is string
		want    []string
	}{
		"one line":                    {"a", "b", []string{"content: a -> b"}},
		"a line of several":           {"a\nb\nc\n", "a\nx\nc\n", []string{"content, from line 2:", "  - b", "  + x"}},
		"lines that come":             {"a\nc\n", "a\nb\nb\nc\n", []string{"content, from line 2:", "  + b", "  + b"}},
		"lines that go":               {"a\na\na\n", "a\n", []string{"content, from line 2:", "  - a", "  - a"}},
		"one line becomes two":        {"a", "a\nb", []string{"content, from line 2:", "  + b"}},
		"the last line ends":          {"a", "a\n", []string{"content: at its end, where lines are empty"}},
		"nothing that is shown":       {"***\n", "***\n", []string{"content: in what is not shown"}},
		"a line that is long":         {"a\n", strings.Repeat("b", 70) + "\n", []string{"content, from line 1:", "  - a", "  + " + strings.Repeat("b", 60) + "... (70 bytes)"}},
		"a text that becomes another": {strings.Repeat("a\n", 7), strings.Repeat("b\n", 5), append(append([]string{"content, from line 1:"}, times(5, "  - a", "  - and 2 more lines")...), times(5, "  + b")...)},
	} {
		t.Run(sentence, func(t *testing.T) {
			if diff := cmp.Diff(c.want, TextChange("content", c.was, c.is)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func times(n int, line string, more ...string) (all []string) {
	for range n {
		all = append(all, line)
	}
	return append(all, more...)
}
