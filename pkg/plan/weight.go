package plan

import (
	"fmt"
	"maps"
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Weight gives staged revisions their share, in percent by name; latest gets what is left.
func Weight(s rio.Service, want map[string]int) (rio.Service, error) {
	if err := mayChange(s); err != nil {
		return s, err
	}
	next := s.Clone()
	next.Gradual, next.Undone = nil, rio.Undone{} // who sets a share by hand has taken over
	for _, name := range slices.Sorted(maps.Keys(want)) {
		rev, ok := next.Revision(name)
		if !ok {
			return s, rio.NoSuchRevision(s, name)
		}
		if err := mayUse(s, name); err != nil && want[name] > 0 {
			return s, err
		}
		rev.Weight = want[name]
	}
	if _, ok := next.Latest(); !ok { // what it had would be nobody's
		return s, rio.NoSuchRevision(s, rio.Latest)
	}
	if !next.Routed() {
		return s, fmt.Errorf("service %q has no http or tcp port, so there is no route to weight; give it one when it is made: kubectl rio run -p 80/http", s.Name)
	}
	if err := next.BalanceLatest(); err != nil {
		return s, err
	}
	return next, nil
}
