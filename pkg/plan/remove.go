package plan

import (
	"errors"
	"fmt"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Remove takes a staged revision away, or with no revision the whole service. A
// revision that carries traffic goes only by force, and its share goes to latest.
func Remove(s rio.Service, revision string, force bool) (rio.Service, error) {
	if err := mustExist(s); err != nil {
		return s, err
	}
	if revision == "" {
		if err := mayLeave(s); err != nil {
			return s, err
		}
		for i := range s.Revisions {
			r := &s.Revisions[i]
			remedy := fmt.Sprintf("let the service go: kubectl rio release -n %s %s; or delete it with: kubectl delete -n %s %s", s.Namespace, s.Name, s.Namespace, workload(s, r))
			if err := mustBeOurs(s, r, remedy); err != nil {
				return s, err
			}
		}
		return rio.Service{Namespace: s.Namespace, Name: s.Name}, nil
	}
	if err := mayChange(s); err != nil {
		return s, err
	}
	if revision == rio.Latest {
		return s, fmt.Errorf("revision %q is the service itself; remove all of it: kubectl rio rm -n %s %s", revision, s.Namespace, s.Name)
	}
	next := s.Clone()
	rev, ok := next.Revision(revision)
	if !ok {
		return s, rio.NoSuchRevision(s, revision)
	}
	if _, ok := s.Latest(); !ok && s.Routed() {
		return s, fmt.Errorf("%w; or remove all of it: kubectl rio rm -n %s %s", rio.NoSuchRevision(s, rio.Latest), s.Namespace, s.Name)
	}
	if err := mayGo(s, rev, force); err != nil {
		return s, err
	}
	next.Drop(revision)
	next.Repoint(revision, rio.Latest)
	endGradual(&next, revision)
	unstick(&next)
	return next, next.BalanceLatest()
}

// mayGo refuses to remove a revision that requests are led to, but by force, and one that is another tool's:
// where that deletes it, nothing is led elsewhere before.
func mayGo(s rio.Service, rev *rio.Revision, force bool) error {
	forced := func(what string) string {
		if rev.Foreign {
			return ""
		}
		return fmt.Sprintf("%s: kubectl rio rm --force -n %s %s:%s", what, s.Namespace, s.Name, rev.Name)
	}
	by := s.RoutedBy(rev.Name)
	switch {
	case force && !rev.Foreign:
		return nil
	case rev.Weight > 0:
		return fmt.Errorf("revision %q of %q carries %d%% of the traffic; take that away first: kubectl rio weight -n %s %s:%s=0%%%s", rev.Name, s.Name, rev.Weight, s.Namespace, s.Name, rev.Name, forced(", or"))
	case len(by) > 0:
		return fmt.Errorf("revision %q of %q is where a route of %q leads; lead that elsewhere first: %s%s", rev.Name, s.Name, by[0].In(s.Namespace), leadElsewhere(s, by[0]), forced("; or to latest"))
	}
	return mustBeOurs(s, rev, "delete it with its own tool")
}

// MayLeave refuses to take services away that routes lead to.
func MayLeave(services []rio.Service, sets []rio.RouteSet) error {
	var errs []error
	for _, s := range services {
		s.Routes = sets
		errs = append(errs, mayLeave(s))
	}
	return errors.Join(errs...)
}

func mayLeave(s rio.Service) error {
	by := s.RoutedBy("")
	if len(by) == 0 {
		return nil
	}
	remedy := findRoute(by[0])
	if onlyRoute(s, by[0]) {
		remedy = fmt.Sprintf("kubectl rio route rm -n %s %s", by[0].Namespace, by[0].Service)
	}
	return fmt.Errorf("service %q is where a route of %q leads; take that away first: %s", s.Name, by[0].In(s.Namespace), remedy)
}

// RemoveSteps finds the next step of taking a staged revision away: it is noted on the main
// VirtualService first, which every weight is written to, so that nobody leads traffic to it
// any more; then it goes; then the note. A service without routes has nowhere to note it,
// and nothing that could lead there.
func RemoveSteps(s rio.Service, revision string, force bool) (Step, error) {
	if s.Removing == revision {
		next := s.Clone()
		if _, there := s.Revision(revision); !there {
			next.Removing = ""
			return Step{Target: next, Last: true}, mustExist(s)
		}
	}
	if _, lost := s.Lost[revision]; lost { // what is left of it goes, and its share is latest's
		return Step{Target: s, Last: true}, mayChange(s)
	}
	gone, err := Remove(s, revision, force)
	if err != nil || !s.Routed() {
		return Step{Target: gone, Last: true}, err
	}
	if s.Removing == revision {
		return Step{Target: gone}, nil
	}
	if err := mayUse(s, s.Removing); err != nil { // one at a time
		return Step{}, err
	}
	noted := s.Clone()
	noted.Removing = revision
	rev, _ := noted.Revision(revision)
	rev.Weight, rev.Match = 0, nil
	delete(noted.Quiet, revision)
	noted.Repoint(revision, rio.Latest)
	endGradual(&noted, revision)
	return Step{Target: noted, Rehearse: &gone}, noted.BalanceLatest()
}
