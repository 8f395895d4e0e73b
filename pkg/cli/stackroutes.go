package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// routesStep is the change of the routes of one host.
type routesStep struct {
	gone    bool // they left the file
	adopted bool // route add made them, and the file has them now
	changes plan.ChangeSet
}

func routesOf(host string) string { return "routes of " + host }

// planAllRoutes compares the routes, as if all services were as they are to be.
func (w *stackWork) planAllRoutes(ctx context.Context) error {
	w.routes = map[string]routesStep{}
	w.have.Routes, w.want.Routes = map[string][]rio.Route{}, map[string][]rio.Route{}
	if w.only != "" {
		return nil
	}
	for host := range w.file.Routes {
		w.routes[host] = routesStep{}
	}
	for _, set := range w.sets {
		if w.leaves(set) {
			w.routes[set.Name] = routesStep{gone: true}
		}
	}
	for _, host := range slices.Sorted(maps.Keys(w.routes)) {
		if w.leadsToBroken(w.file.Routes[host]) {
			continue
		}
		p, err := w.planRoutes(ctx, w.ref(host), w.decideRoutes(host), w.planned)
		if err == nil {
			err = w.findTakenNames(ctx, p.changes)
		}
		if err != nil {
			w.problems[routesOf(host)] = w.wrong("routes", host, routesOf(host), err)
			continue
		}
		step := w.routes[host]
		step.changes, step.adopted = p.changes, p.before.Exists() && !p.before.Filed
		w.routes[host] = step
		if p.before.Exists() {
			w.have.Routes[host] = routesWritten(p.before)
		}
		if p.after.Exists() {
			w.want.Routes[host] = routesWritten(p.after)
		}
	}
	return nil
}

// leadsToBroken reports whether routes lead to a service of the file that is not there and that it cannot
// make, which is said of the service.
func (w *stackWork) leadsToBroken(routes []rio.Route) bool {
	return slices.ContainsFunc(routes, func(r rio.Route) bool {
		return slices.ContainsFunc(r.Targets(), func(t *rio.RouteTarget) bool {
			ref := t.Ref(w.name)
			there := slices.ContainsFunc(w.live, func(s rio.Service) bool { return s.Name == ref.Service })
			return ref.Namespace == w.name && w.problems[ref.Service] != nil && !there
		})
	})
}

// decideRoutes makes the routes of a host what the file says, or removes those that left it.
func (w *stackWork) decideRoutes(host string) func(cluster.Routes) (rio.RouteSet, error) {
	return func(have cluster.Routes) (rio.RouteSet, error) {
		set := have.Set
		set.Routes, set.Filed = w.file.Routes[host], true
		return set, nil
	}
}

// planned is a service of the file as it is to be, when that could be planned.
func (w *stackWork) planned(ref rio.Ref) (rio.Service, bool) {
	step, ok := w.steps[ref.Service]
	return step.after, ok && ref.Namespace == w.name
}

// leaves reports whether routes left the file.
func (w *stackWork) leaves(set rio.RouteSet) bool {
	_, wanted := w.file.Routes[set.Name]
	return !wanted && set.Filed && w.only == ""
}

// fileRules reports whether the file says what becomes of the routes of a host.
func (w *stackWork) fileRules(set rio.RouteSet) bool {
	_, ruled := w.file.Routes[set.Name]
	return set.Namespace == w.name && w.only == "" && (ruled || set.Filed)
}

// routesWritten are the routes as a file has them, without what they came to.
func routesWritten(set rio.RouteSet) []rio.Route {
	set = set.Clone()
	for i := range set.Routes {
		for _, t := range set.Routes[i].Targets() {
			t.Resolved = rio.Resolved{}
		}
	}
	return set.Routes
}

// bringUpRoutes writes the routes of the file when all services are there that they lead to;
// what left the file goes before any of these does.
func (w *stackWork) bringUpRoutes(ctx context.Context, gone bool) error {
	return tryAll(slices.Sorted(maps.Keys(w.routes)), func(host string) error {
		if _, cannotBe := w.problems[routesOf(host)]; cannotBe || w.routes[host].gone != gone {
			return nil
		}
		result, err := w.bringUpHost(ctx, host)
		if err != nil {
			return fmt.Errorf("%s: %w", routesOf(host), err)
		}
		w.results[routesOf(host)] = result
		return nil
	})
}

func (w *stackWork) bringUpHost(ctx context.Context, host string) ([]manifest.Object, error) {
	if err := inTime(ctx); err != nil {
		return nil, err
	}
	if len(w.routes[host].changes) == 0 {
		return nil, nil
	}
	var known known // what is written is read back from the cluster
	if w.dryRun != dryRunNone {
		known = w.planned
	}
	return w.partOf(host).applyRoutes(ctx, w.ref(host), w.decideRoutes(host), known)
}
