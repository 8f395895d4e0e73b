package plan

import (
	"fmt"
	"maps"
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Weight gives staged revisions their share, in percent by name; latest gets what is left. One that
// is quiet is so no longer, but for a share of 0 before all its pods are ready.
func Weight(s rio.Service, want map[string]int) (rio.Service, error) {
	var about []string
	for name, share := range want {
		if rev, ok := s.Revision(name); ok && (share > 0 || rev.Observed.RolledOut()) {
			about = append(about, name)
		}
	}
	return weigh(s, awake(s, about...), want)
}

// weigh makes the shares of next those that are wanted.
func weigh(s, next rio.Service, want map[string]int) (rio.Service, error) {
	if err := mayChange(s); err != nil {
		return s, err
	}
	next.Gradual, next.Undone = nil, rio.Undone{} // who sets a share by hand has taken over
	for _, name := range slices.Sorted(maps.Keys(want)) {
		rev, ok := next.Revision(name)
		if !ok {
			return s, rio.NotStaged(s, name)
		}
		if err := mayUse(s, name); err != nil && want[name] > 0 {
			return s, err
		}
		if rev.Weight = want[name]; next.Quiet.Has(name) {
			next.Quiet[name] = 0
		}
	}
	if err := MayShow(next); err != nil {
		return s, err
	}
	if err := next.BalanceLatest(); err != nil {
		return s, err
	}
	for _, r := range s.Revisions {
		if want[r.Name] > r.Weight && r.Name != rio.Latest { // back to latest is the way out of trouble
			if err := mayServe(s, r, s.Ports...); err != nil {
				return s, err
			}
		}
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
		return fmt.Errorf("service %q has no http or tcp port, so there is no route to weight; %s", s.Name, portRemedy(s, "ports", "-p"))
	}
	return nil
}
