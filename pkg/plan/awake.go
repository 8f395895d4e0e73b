package plan

import (
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// awake is a copy of a service in which quiet revisions that a verb is about have their requests
// back: their share, as far as latest still has it, their matches, and the routes that name them.
// All others stay quiet, for whoever replaces their pods may be at work.
func awake(s rio.Service, about ...string) rio.Service {
	next := s.Clone()
	for i := range next.Revisions {
		r := &next.Revisions[i]
		if !s.Quiet.Has(r.Name) || !slices.Contains(about, r.Name) {
			continue
		}
		if latest, ok := next.Latest(); ok {
			share := min(s.Quiet[r.Name], latest.Weight)
			latest.Weight -= share
			r.Weight += share
		}
		delete(next.Quiet, r.Name)
	}
	return next
}
