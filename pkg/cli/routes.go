package cli

import (
	"context"
	"slices"

	"k8s.io/client-go/util/retry"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// changeRoutes takes a route set through the flow of mutation: load it and the services that
// it is to lead to, plan, compare, show or apply, confirm, print.
func (m *mutation) changeRoutes(ctx context.Context, ref rio.Ref, decide func(cluster.Routes) ([]rio.Route, error)) error {
	var result []manifest.Object
	err := retry.OnError(lostRaces, cluster.IsStale, func() error {
		before, err := m.client.LoadRoutes(ctx, ref)
		if err != nil {
			return err
		}
		routes, err := decide(before)
		if err != nil {
			return err
		}
		services, err := m.routeTargets(ctx, ref.Namespace, routes)
		if err != nil {
			return err
		}
		gateway, err := m.client.Gateway(ctx)
		if err != nil {
			return err
		}
		after, err := plan.Route(before.Set, routes, services, gateway)
		if err != nil {
			return err
		}
		changes := plan.DiffRoutes(before.Objects, after)
		if len(changes) == 0 {
			m.o.talk("%s unchanged", ref)
		}
		if m.dryRun != dryRunNone {
			result, err = m.rehearse(ctx, changes)
			return err
		}
		if err := m.client.MustBeFree(ctx, changes); err != nil {
			return err
		}
		if after.Exists() {
			if err := m.client.EnsureStack(ctx, ref.Namespace); err != nil {
				return err
			}
		}
		result, err = m.writeRoutes(ctx, after, services, changes)
		return err
	})
	if err != nil {
		return err
	}
	return m.print(ref, result)
}

// routeTargets reads the services that routes lead to.
func (m *mutation) routeTargets(ctx context.Context, namespace string, routes []rio.Route) ([]rio.Service, error) {
	var refs []rio.Ref
	for _, r := range routes {
		if r.Rewrite != nil && len(r.To) == 0 {
			r.To = r.RewriteTargets(namespace)
		}
		for _, t := range r.Targets() {
			if ref := t.Ref(namespace).Of(""); !slices.Contains(refs, ref) {
				refs = append(refs, ref)
			}
		}
	}
	var services []rio.Service
	for _, ref := range refs {
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
func (m *mutation) writeRoutes(ctx context.Context, set rio.RouteSet, services []rio.Service, changes plan.ChangeSet) ([]manifest.Object, error) {
	var result []manifest.Object
	for i, c := range changes {
		for _, s := range services {
			s.Routes = append(s.Routes, set) // the gateway of the set is to know them
			if err := m.mayGetTraffic(ctx, s, c.Raised()); err != nil {
				return nil, err
			}
		}
		o, err := m.client.Apply(ctx, c, m.write)
		if err != nil {
			return nil, err
		}
		result = append(result, o)
		changes[i+1:].Follow(o)
	}
	if !m.wait {
		return result, nil
	}
	if err := m.confirmRoutes(ctx, set); err != nil {
		return nil, err
	}
	if set.Exists() {
		m.o.talk("  url       http://%s", printer.RouteURL(set))
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
