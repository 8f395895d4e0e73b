package cli

import (
	"context"
	"errors"
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// writeRoutes leads requests to revisions only when these are ready and the gateways know
// their pods.
func (m *mutation) writeRoutes(ctx context.Context, p routesPlan) ([]manifest.Object, error) {
	var result []manifest.Object
	for i, c := range p.changes {
		for _, s := range p.services {
			s.Routes = append(s.Routes, p.after) // the gateway of the set is to know them
			if err := m.mayGetTraffic(ctx, s, c.Raised()); err != nil {
				return nil, err
			}
		}
		o, err := m.send(ctx, c, changedObject(c.Object()), true)
		if err != nil {
			return nil, err
		}
		result = append(result, resultOf(c, o))
		p.changes[i+1:].Follow(o)
	}
	return result, nil
}

// confirmStanding waits until the gateways serve the routes. Where others have changed routes of
// the host meanwhile, and what was asked for is still so, it waits for what there is then.
func (m *mutation) confirmStanding(ctx context.Context, p routesPlan, anew func() (routesPlan, error)) error {
	err := m.confirmRoutes(ctx, p.after)
	for tries := 0; errors.Is(err, cluster.ErrOvertaken) && tries < lostRaces.Steps; tries++ {
		now, planErr := anew()
		if planErr != nil || !slices.EqualFunc(now.before.Routes, now.after.Routes, rio.Route.Same) {
			return err
		}
		m.o.talk("others changed routes of %s meanwhile; this change holds", now.after.Name)
		err = m.confirmRoutes(ctx, now.after)
	}
	return err
}

func (m *mutation) confirmRoutes(ctx context.Context, set rio.RouteSet) error {
	return m.confirmWho(set.Gateway != "",
		func() (cluster.Confirmation, error) { return m.client.ConfirmRoutes(ctx, set) },
		func() (cluster.Confirmation, error) { return m.client.ConfirmRoutesMesh(ctx, set) })
}
