package plan

import (
	"fmt"
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Choose leads requests that match to a staged revision, whatever its weight is.
func Choose(s rio.Service, revision string, matches []rio.Match) (rio.Service, error) {
	if len(matches) > 0 && !slices.ContainsFunc(s.Ports, rio.Port.HTTP) {
		return s, fmt.Errorf("service %q has no http port, so requests to it cannot be told apart; stage %q with no --match", s.Name, revision)
	}
	next := s.Clone()
	rev, ok := next.Revision(revision)
	switch {
	case !ok:
		return s, rio.NoSuchRevision(s, revision)
	case revision == rio.Latest:
		return s, fmt.Errorf("revision %q of %q gets every request that no match leads elsewhere; match is for a staged one", revision, s.Name)
	}
	if rev.Match = slices.Clone(matches); len(matches) > 0 {
		return next, mayServe(s, *rev, s.Ports...)
	}
	return next, nil
}

// Stick keeps every user on the revision that answered first, with a cookie; with none,
// nobody.
func Stick(s rio.Service, cookie string) (rio.Service, error) {
	if cookie != "" && !slices.ContainsFunc(s.Ports, rio.Port.HTTP) {
		return s, fmt.Errorf("service %q has no http port, so its users have no cookie; leave out --sticky", s.Name)
	}
	next := s.Clone()
	next.Sticky = cookie
	return next, nil
}

// unstick takes the cookie away when there is nothing left to stay on.
func unstick(s *rio.Service) {
	if !slices.ContainsFunc(s.Revisions, func(r rio.Revision) bool { return r.Name != rio.Latest && r.Weight+s.Quiet[r.Name] > 0 }) {
		s.Sticky = ""
	}
}
