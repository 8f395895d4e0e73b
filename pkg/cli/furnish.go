package cli

import (
	"context"
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// sayAlone says what a change costs a service whose volume is one pod's at a time.
func (m *mutation) sayAlone(before, after rio.Service) {
	for _, line := range plan.Alone(before, after) {
		m.o.talk("%s", line)
	}
}

// furnish gives a revision what its pod names: the volumes that there are or are about to be,
// and copies of the configs and secrets as they are now or are about to be. What is missing
// is said before the first write, and with repeat, how the command is repeated when it is there.
func (m *mutation) furnish(ctx context.Context, s rio.Service, revision string, volumes []rio.Volume, configs []rio.Config, repeat string) (rio.Service, error) {
	claimed := slices.DeleteFunc(plan.Claimed(s, revision), func(name string) bool {
		return slices.ContainsFunc(volumes, func(v rio.Volume) bool { return v.Name == name })
	})
	there, err := m.client.VolumesNow(ctx, s.Namespace, claimed)
	if err != nil {
		return s, err
	}
	next, missing, err := plan.Provide(s, revision, slices.Concat(volumes, there))
	if err != nil {
		return s, err
	}
	for _, name := range missing {
		m.o.talk("stack %s has no volume %s: it is an empty directory that ends with the pod; to keep what is written there: kubectl rio volume create -n %s %s SIZE_IN_GB; then %s", s.Namespace, name, s.Namespace, name, repeat)
	}
	needed := plan.Needed(next, revision)
	now, err := m.client.ConfigsNow(ctx, slices.DeleteFunc(slices.Clone(needed), func(c rio.Config) bool { return slices.ContainsFunc(configs, c.SameName) }))
	if err != nil {
		return s, err
	}
	for _, c := range configs {
		if slices.ContainsFunc(needed, c.SameName) {
			now = append(now, c)
		}
	}
	return plan.Pin(next, revision, now)
}
