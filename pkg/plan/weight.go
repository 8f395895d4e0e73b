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
	if err := MayShow(next); err != nil {
		return s, err
	}
	if err := next.BalanceLatest(); err != nil {
		return s, err
	}
	unstick(&next)
	return next, nil
}

// MayShow refuses to show the split of a service that has none.
func MayShow(s rio.Service) error {
	if err := mustExist(s); err != nil {
		return err
	}
	if _, ok := s.Latest(); !ok { // what it had is nobody's
		return rio.NoSuchRevision(s, rio.Latest)
	}
	if !s.Routed() {
		return fmt.Errorf("service %q has no http or tcp port, so there is no route to weight; give it one when it is made: kubectl rio run -p 80/http", s.Name)
	}
	return nil
}
