package cli

import (
	"context"
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// routesVerb is what a command decides on the routes of a host as it finds them.
type routesVerb func(cluster.Routes) (rio.RouteSet, error)

// known gives services that are not as the cluster has them yet: those of a rehearsal.
type known func(rio.Ref) (rio.Service, bool)

// changeRoutes takes a route set through the flow of mutation: load it and the services that
// it is to lead to, plan, compare, show or apply, confirm, print.
func (m *mutation) changeRoutes(ctx context.Context, ref rio.Ref, decide routesVerb) error {
	result, err := m.applyRoutes(ctx, ref, decide, nil)
	if err != nil {
		return err
	}
	return m.print(ref, result)
}

func (m *mutation) applyRoutes(ctx context.Context, ref rio.Ref, decide routesVerb, known known) (result []manifest.Object, err error) {
	var p routesPlan
	err = again(ctx, func() error {
		if p, err = m.planRoutes(ctx, ref, decide, known); err != nil {
			return err
		}
		if len(p.changes) == 0 {
			m.o.talk("%s unchanged", ref)
		}
		if err := m.client.MustBeFree(ctx, p.changes, rio.Service{}); err != nil {
			return err
		}
		if m.dryRun != dryRunNone {
			result, err = m.rehearse(ctx, p.changes)
			return err
		}
		if err := m.stackOfRoutes(ctx, p.after); err != nil {
			return err
		}
		result, err = m.writeRoutes(ctx, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	m.tellRoutes(p)
	if m.dryRun != dryRunNone || !m.wait {
		return result, nil
	}
	if err := m.confirmStanding(ctx, p, func() (routesPlan, error) { return m.planRoutes(ctx, ref, decide, known) }); err != nil {
		return nil, err
	}
	if p.after.Exists() {
		m.o.talk("  url       http://%s", printer.RouteURL(p.after))
	}
	return result, nil
}

// tellRoutes says what was lost by new routes, and which of them lead nobody anywhere.
func (m *mutation) tellRoutes(p routesPlan) {
	for _, r := range printer.Routes([]rio.RouteSet{plan.ReplacedRoutes(p.before, p.after)}) {
		m.o.talk("  replaced  %s", printer.Clean(m.mask.Hide(r.String())))
	}
	if p.noHTTPS != "" {
		m.o.talk("%s", p.noHTTPS)
	}
	for _, s := range p.services {
		s.Routes = []rio.RouteSet{p.after}
		m.o.tellQuiet(s, func(name string) bool { return len(s.RoutedBy(name)) > 0 })
	}
}

// stackOfRoutes makes the stack of a host where it is missing, and says so: a mistyped name is
// one of a stack, too.
func (m *mutation) stackOfRoutes(ctx context.Context, set rio.RouteSet) error {
	if !set.Exists() {
		return nil
	}
	made, err := m.ensureStack(ctx, set.Namespace)
	if made {
		m.o.talk("stack %q did not exist and has been made; if that is not what you want: kubectl rio stack rm %s", set.Namespace, set.Namespace)
	}
	return err
}

// routesPlan is what a verb makes of a route set.
type routesPlan struct {
	before, after rio.RouteSet
	services      []rio.Service // that it is to lead to
	changes       plan.ChangeSet
	noHTTPS       string // why new routes take nothing; mostly empty
}

func (m *mutation) planRoutes(ctx context.Context, ref rio.Ref, decide routesVerb, known known) (p routesPlan, err error) {
	before, err := m.client.LoadRoutes(ctx, ref)
	if err != nil {
		return p, err
	}
	p.before = before.Set
	asked, err := decide(before)
	if err != nil {
		return p, err
	}
	if p.services, err = m.routeTargets(ctx, asked, known); err != nil {
		return p, err
	}
	gateway, err := m.client.Gateway(ctx)
	if err != nil {
		return p, err
	}
	if p.after, err = plan.Route(asked, p.services, gateway); err != nil {
		return p, err
	}
	p.changes, p.noHTTPS = plan.DiffRoutes(before.Objects, p.after), plan.NoHTTPS(p.before, p.after, gateway)
	return p, nil
}

// routeTargets reads the services that routes lead to.
func (m *mutation) routeTargets(ctx context.Context, set rio.RouteSet, known known) ([]rio.Service, error) {
	var refs []rio.Ref
	for _, r := range set.Routes {
		if r.Rewrite != nil && len(r.To) == 0 {
			r.To = r.RewriteTargets(set.Namespace)
		}
		for _, t := range r.Targets() {
			if ref := t.Ref(set.Namespace).Of(""); !slices.Contains(refs, ref) {
				refs = append(refs, ref)
			}
		}
	}
	var services []rio.Service
	for _, ref := range refs {
		if known != nil {
			if s, ok := known(ref); ok {
				services = append(services, s)
				continue
			}
		}
		snap, err := m.client.Load(ctx, ref)
		if err != nil {
			return nil, err
		}
		services = append(services, snap.Service)
	}
	return services, nil
}
