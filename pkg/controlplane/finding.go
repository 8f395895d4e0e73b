package controlplane

import (
	"errors"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// found is a finding on a link of the set-up. Further lines of text are its details, fix is
// a command.
func found(link string, level rio.Level, text, fix string) rio.Finding {
	first, rest, more := strings.Cut(text, "\n")
	f := rio.Finding{ID: link, Link: link, Level: level, Text: first, Fix: fix}
	if more {
		for line := range strings.SplitSeq(rest, "\n") {
			f.Details = append(f.Details, rio.Detail{Text: line})
		}
	}
	return f
}

// report shows what does not stand in the way, and returns the rest as one error each.
func (o Options) report(findings []rio.Finding) error {
	var passed []rio.Finding
	var errs []error
	for _, f := range findings {
		if f.Level != rio.LevelFail {
			passed = append(passed, f)
			continue
		}
		lines := []string{f.Link + ": " + f.Text}
		for _, d := range f.Details {
			lines = append(lines, d.Text)
		}
		if f.Fix != "" {
			lines = append(lines, "fix: "+f.Fix)
		}
		errs = append(errs, errors.New(strings.Join(lines, "\n")))
	}
	o.Show(passed)
	return errors.Join(errs...)
}
