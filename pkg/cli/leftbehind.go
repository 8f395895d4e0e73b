package cli

import (
	"errors"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// leftBehind are the routes of other stacks that do not follow a change, for the user may not write
// them. To lead a route to a service takes no right in its stack, so that must not keep who has it from
// moving the service's own traffic.
type leftBehind struct {
	changes plan.ChangeSet
	errs    []error
}

// errLeftBehind marks the errors of a command that has done all else.
var errLeftBehind = errors.New("left behind")

// isLeftBehind reports whether nothing else went wrong.
func isLeftBehind(err error) bool {
	return err != nil && !slices.ContainsFunc(flat(err), func(e error) bool { return !errors.Is(e, errLeftBehind) })
}

// takes reports whether a refused write may be left out. A promotion rolls latest where nobody sends
// to it, so all have to follow that.
func (l *leftBehind) takes(c plan.Change, err error, service rio.Service) bool {
	o := c.Object()
	if !apierrors.IsForbidden(err) || !manifest.IsRouteSet(o) || o.GetNamespace() == service.Namespace || service.Promoting != "" {
		return false
	}
	l.changes = append(l.changes, c)
	l.errs = append(l.errs, fmt.Errorf("the routes of %q lead on where they led: %w", setOf(o).In(service.Namespace), err))
	return true
}

// keeps reports whether such routes may lead to what a change takes away, ends the last pod of, or replaces out of traffic.
func (l leftBehind) keeps(c plan.Change) bool {
	of := manifest.RefOf(c.Object())
	return slices.ContainsFunc(l.changes, func(left plan.Change) bool {
		return c.Removes() || (c.Empties() || c.Replaces() && !of.IsLatest()) && manifest.Loads(left.Before)[of] > 0
	})
}

// without is a service without these routes.
func (l leftBehind) without(s rio.Service) rio.Service {
	s.Routes = slices.DeleteFunc(slices.Clone(s.Routes), func(set rio.RouteSet) bool {
		return slices.ContainsFunc(l.changes, func(left plan.Change) bool { return setOf(left.Object()) == set.Ref() })
	})
	return s
}

// tell gives the errors of a command that moves traffic. Any other one finds what an earlier one has
// left, and only says so.
func (l leftBehind) tell(o *Options, changes plan.ChangeSet) error {
	if changes.Moves() {
		var errs []error
		for _, err := range l.errs {
			errs = append(errs, cluster.Mark(err, errLeftBehind))
		}
		return errors.Join(errs...)
	}
	for _, err := range l.errs {
		o.talk("%v", err)
	}
	return nil
}

func setOf(o manifest.Object) rio.Ref {
	return rio.Ref{Namespace: o.GetNamespace(), Service: manifest.RouteSetOf(o)}
}
