package plan

import (
	"fmt"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Remembers refuses a revision that has no history of ours: the workload's own tells what other
// tools did.
func Remembers(s rio.Service, revision string) error {
	if err := mustExist(s); err != nil {
		return err
	}
	rev, ok := s.Revision(revision)
	if !ok {
		return rio.NoSuchRevision(s, revision)
	}
	return mustBeOurs(s, rev, fmt.Sprintf("see: kubectl rollout history -n %s %s", s.Namespace, workload(s, rev)))
}

// pick finds the release to bring back.
func pick(s rio.Service, history []rio.Release, to int) (rio.Release, error) {
	if len(history) == 0 {
		return rio.Release{}, fmt.Errorf("service %q has no history yet: the cluster's controllers have still to take up latest; try again", s.Name)
	}
	var numbers []string
	for i, r := range history {
		numbers = append(numbers, fmt.Sprint(r.Number))
		if r.Number == to || to == 0 && i == 1 && !undone(history) || to == 0 && i == 0 && undone(history) {
			return r, nil
		}
	}
	if undoneTo(history, to) {
		return history[0], nil
	}
	if to == 0 {
		return rio.Release{}, fmt.Errorf("service %q has only ever had this one pod template (number %s), so there is nothing to undo", s.Name, numbers[0])
	}
	return rio.Release{}, fmt.Errorf("service %q has no number %d in its history (has %s); see: kubectl rio history -n %s %s",
		s.Name, to, strings.Join(numbers, ", "), s.Namespace, s.Name)
}

// undone reports whether latest is what an undo brought back. Its repetition, after it was
// killed in its last moment for example, finds all done.
func undone(history []rio.Release) bool {
	return strings.HasPrefix(history[0].Cause.Command+" ", "undo ")
}

// undoneTo reports whether latest is what an undo to a number brought back, which has had another
// number since then.
func undoneTo(history []rio.Release, to int) bool {
	return undone(history) && strings.Contains(history[0].Cause.Command+" ", fmt.Sprintf(" --to %d ", to))
}

// byHash finds the release whose template has a hash.
func byHash(history []rio.Release, hash string) (rio.Release, bool) {
	for _, r := range history {
		if r.Hash == hash && hash != "" {
			return r, true
		}
	}
	return rio.Release{}, false
}
