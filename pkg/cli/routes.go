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

// known gives services that are not as the cluster has them yet: those of a rehearsal.
type known func(rio.Ref) (rio.Service, bool)

// changeRoutes takes a route set through the flow of mutation: load it and the services that
// it is to lead to, plan, compare, show or apply, confirm, print.
func (m *mutation) changeRoutes(ctx context.Context, ref rio.Ref, decide func(cluster.Routes) (rio.RouteSet, error)) error {
	result, err := m.applyRoutes(ctx, ref, decide, nil)
	if err != nil {
		return err
	}
	return m.print(ref, result)
}

func (m *mutation) applyRoutes(ctx context.Context, ref rio.Ref, decide func(cluster.Routes) (rio.RouteSet, error), known known) ([]manifest.Object, error) {
	var result []manifest.Object
	err := again(ctx, func() error {
		p, err := m.planRoutes(ctx, ref, decide, known)
		if err != nil {
			return err
		}
		if len(p.changes) == 0 {
			m.o.talk("%s unchanged", ref)
		}
		if err := m.client.MustBeFree(ctx, p.changes); err != nil {
			return err
		}
		if m.dryRun != dryRunNone {
			result, err = m.rehearse(ctx, p.changes)
			return err
		}
		if p.after.Exists() {
			if err := m.client.EnsureStack(ctx, ref.Namespace); err != nil {
				return err
			}
		}
		result, err = m.writeRoutes(ctx, p)
		return err
	})
	return result, err
}

// routesPlan is what a verb makes of a route set.
type routesPlan struct {
	before, after rio.RouteSet
	services      []rio.Service // that it is to lead to
	changes       plan.ChangeSet
}

func (m *mutation) planRoutes(ctx context.Context, ref rio.Ref, decide func(cluster.Routes) (rio.RouteSet, error), known known) (p routesPlan, err error) {
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
	p.changes = plan.DiffRoutes(before.Objects, p.after)
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

// writeRoutes leads requests to revisions only when these are ready and the gateways know
// their pods, and returns when the gateways serve the routes.
func (m *mutation) writeRoutes(ctx context.Context, p routesPlan) ([]manifest.Object, error) {
	var result []manifest.Object
	for i, c := range p.changes {
		for _, s := range p.services {
			s.Routes = append(s.Routes, p.after) // the gateway of the set is to know them
			if err := m.mayGetTraffic(ctx, s, c.Raised()); err != nil {
				return nil, err
			}
		}
		o, err := m.client.Apply(ctx, c, m.write)
		if err != nil {
			return nil, err
		}
		result = append(result, resultOf(c, o))
		p.changes[i+1:].Follow(o)
	}
	if !m.wait {
		return result, nil
	}
	if err := m.confirmRoutes(ctx, p.after); err != nil {
		return nil, err
	}
	if p.after.Exists() {
		m.o.talk("  url       http://%s", printer.RouteURL(p.after))
	}
	return result, nil
}

func (m *mutation) confirmRoutes(ctx context.Context, set rio.RouteSet) error {
	if set.Gateway != "" || m.confirmBy != confirmMesh {
		if err := m.confirmLine("gateways", func() (cluster.Confirmation, error) { return m.client.ConfirmRoutes(ctx, set) }); err != nil {
			return err
		}
	}
	if m.confirmBy == confirmMesh {
		return m.confirmLine("sidecars", func() (cluster.Confirmation, error) { return m.client.ConfirmRoutesMesh(ctx, set) })
	}
	return nil
}
