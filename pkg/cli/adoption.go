package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// planAdoption reads and decides, and finds out what else would stand in the way, all before
// the first write.
func (m *mutation) planAdoption(ctx context.Context, want adoption) (found plan.Found, a plan.Adoption, err error) {
	ctx, done := m.within(ctx)
	defer done()
	if found.Workload, err = m.client.Workload(ctx, want.kind, want.name); err != nil {
		return found, a, err
	}
	if found.Services, err = m.client.Services(ctx, want.name.Namespace); err != nil {
		return found, a, err
	}
	if a.Ref, err = plan.AdoptAs(found.Workload); want.as != nil {
		a.Ref, err = *want.as, nil
	}
	if err != nil {
		return found, a, err
	}
	gateway, err := m.gatewayFor(ctx, a.Ref, want.ports)
	if err != nil {
		return found, a, err
	}
	snap, err := m.client.Load(ctx, a.Ref)
	if err != nil {
		return found, a, err
	}
	if a, err = plan.Adopt(snap.Service, a.Ref, found, want.ports, gateway); err != nil {
		return found, a, err
	}
	changes, err := snap.Changes(a.Service)
	if err != nil {
		return found, a, err
	}
	return found, a, m.client.MustBeFree(ctx, slices.DeleteFunc(changes, a.Labels.Has), snap.Service)
}

// labelAll labels the workload, and when all its pods are there with theirs, the Services.
func (m *mutation) labelAll(ctx context.Context, of changed, w manifest.Object, changes plan.ChangeSet, replaces bool) ([]manifest.Object, error) {
	var own, others plan.ChangeSet
	for _, c := range changes {
		if manifest.IsWorkload(c.Object()) {
			own = append(own, c)
		} else {
			others = append(others, c)
		}
	}
	result, err := m.putPart(ctx, of, own, false)
	if err != nil {
		return nil, err
	}
	if m.dryRun == dryRunNone && (m.wait || replaces) {
		if err := m.awaitPods(ctx, cluster.ForeignWorkload(w)); err != nil {
			return nil, err
		}
	}
	labelled, err := m.putPart(ctx, of, others, false)
	return append(result, labelled...), err
}

// mayBeLed waits until the proxies know an adopted revision, whose Service has callers
// already, before these are led.
func (m *mutation) mayBeLed(ctx context.Context, s rio.Service, ref rio.Ref) error {
	if s.Selects == nil {
		return nil
	}
	return m.confirmLine("proxies", func() (cluster.Confirmation, error) { return m.client.ConfirmKnown(ctx, s, ref.RevisionName()) })
}

// replaced says how the pods of an adopted workload get their labels.
func replaced(w manifest.Object, a plan.Adoption) string {
	how := "one after the other"
	if a.AtOnce {
		how = "all of them end before others begin (Recreate), and requests are lost meanwhile"
	}
	return fmt.Sprintf("%s of %s to be replaced, for labels come with a new pod only: %s", rio.Count(a.Pods, "pod"), manifest.KindName(w), how)
}

// describeAdoption says what becomes of the workload.
func describeAdoption(f plan.Found, a plan.Adoption) string {
	lines := []string{fmt.Sprintf("stack %s: %s becomes revision %s of service %s", a.Ref.Namespace, manifest.KindName(f.Workload), a.Ref.RevisionName(), a.Ref.Service)}
	for _, p := range a.Service.Ports {
		where := "inside the mesh"
		if p.Publish {
			where = "published"
		}
		lines = append(lines, fmt.Sprintf("  port      %s, %s", p, where))
	}
	if a.Service.Selects != nil {
		lines = append(lines, fmt.Sprintf("  service   service/%s stays as it is", a.Ref.Service))
	}
	pods := "stay"
	if a.Pods > 0 {
		pods = replaced(f.Workload, a)
	}
	return strings.Join(append(lines, "  pods      "+pods), "\n")
}
