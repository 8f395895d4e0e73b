package printer

import (
	"fmt"
	"io"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Findings draws a line for each finding, under it its details and the command that helps.
// The first failure is in capitals: what stands below may only follow from it.
func Findings(w io.Writer, list []rio.Finding) error {
	width := len("last log")
	for _, f := range list {
		width = max(width, len(part(f)))
	}
	var b strings.Builder
	line := func(level, name, text string) {
		fmt.Fprintf(&b, "%-6s%-*s  %s\n", level, width, Clean(name), Clean(text))
	}
	for _, f := range list {
		level := string(f.Level)
		if f.First {
			level = strings.ToUpper(level)
		}
		line(level, part(f), f.Text)
		for _, d := range f.Details {
			line("", d.Name, d.Text)
		}
		if f.Fix != "" {
			line("", "fix", f.Fix)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// part is what a finding is about: a revision, else a link of the way.
func part(f rio.Finding) string {
	if f.Revision != "" {
		return f.Revision
	}
	return f.Link
}
