package printer

import (
	"fmt"
	"strings"
)

// sheet is a text of changes: lines that begin with +, ~ or -, and what belongs to them.
type sheet struct {
	strings.Builder
	colour bool
}

// colours are those of diff programs, https://en.wikipedia.org/wiki/ANSI_escape_code#Colors
var colours = map[string]string{"+": "\x1b[32m", "~": "\x1b[33m", "-": "\x1b[31m", "!": "\x1b[31m"}

const plainColour = "\x1b[0m"

// line is one change. What stands in it may be somebody else's text.
func (s *sheet) line(sign, text string) {
	before, after := "", ""
	if s.colour {
		before, after = colours[sign], plainColour
	}
	fmt.Fprintf(s, "%s%s %s%s\n", before, sign, Clean(text), after)
}

func (s *sheet) detail(text string) { fmt.Fprintf(s, "    %s\n", Clean(text)) }
