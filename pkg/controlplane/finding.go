package controlplane

import (
	"errors"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// unread is a finding of what could not be looked at.
func unread(link string, err error) rio.Finding {
	return rio.Finding{ID: link, Link: link, Level: rio.LevelWarn, Text: err.Error()}
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
