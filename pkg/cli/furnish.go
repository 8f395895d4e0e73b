package cli

import (
	"context"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// furnish gives a revision what its pod names: the volumes that there are, and copies of the
// configs and secrets as they are now. What is missing is said before the first write.
func (m *mutation) furnish(ctx context.Context, s rio.Service, revision string) (rio.Service, error) {
	volumes, err := m.client.VolumesNow(ctx, s.Namespace, plan.Claimed(s, revision))
	if err != nil {
		return s, err
	}
	next, missing, err := plan.Provide(s, revision, volumes)
	if err != nil {
		return s, err
	}
	for _, name := range missing {
		m.o.talk("stack %s has no volume %s: it is an empty directory that ends with the pod; keep it: kubectl rio volume create -n %s %s SIZE_IN_GB", s.Namespace, name, s.Namespace, name)
	}
	configs, err := m.client.ConfigsNow(ctx, plan.Needed(next, revision))
	if err != nil {
		return s, err
	}
	return plan.Pin(next, revision, configs)
}
