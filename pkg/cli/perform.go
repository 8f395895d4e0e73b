package cli

import (
	"context"
	"errors"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// perform writes the changes one by one. Traffic is raised only onto revisions that
// are ready and known to the gateways, and nothing is removed, and no pod ended, before the
// gateways have stopped sending to it. Where it fails, it gives what was written before.
func (m *mutation) perform(ctx context.Context, v verb, after rio.Service, changes plan.ChangeSet) (result []manifest.Object, err error) {
	now := after // as far as it is written
	defer func() {
		if err != nil && !cluster.IsStale(err) { // a lost race is run again
			m.o.tellQuiet(now, func(name string) bool { return !after.Quiet.Has(name) })
		}
	}()
	// The command before this one may have ended between its write and its confirmation.
	moved := (len(changes) == 0 || changes.OnlyEmpty(after)) && (after.AtGateway() != "" || m.confirmBy == confirmMesh)
	of := changedService(after, changes)
	var left leftBehind
	for i, c := range changes {
		if left.keeps(c) {
			return result, errors.Join(left.errs...)
		}
		if err := m.mayGetTraffic(ctx, after, changes.Raised(i)); err != nil {
			return result, err
		}
		if v.introduce != nil && c.Op == plan.Create && manifest.Weights(c.After) != nil {
			if err := v.introduce(ctx, after); err != nil {
				return result, err
			}
		}
		if (c.Removes() || c.Replaces() || c.Lessens()) && moved {
			if !v.later {
				if err := m.confirm(ctx, now); err != nil {
					return result, err
				}
			}
			moved = false
		}
		o, err := m.send(ctx, c, of, i == len(changes)-1 && !m.moreSteps)
		if left.takes(c, err, after) {
			now = left.without(now)
			continue
		}
		if err != nil {
			return result, err
		}
		result = append(result, resultOf(c, o))
		now = manifest.Routed(now, o)
		changes[i+1:].Follow(o)
		moved = moved || (c.Op != plan.Delete && manifest.Kind(o) == manifest.KindVirtualService)
	}
	if m.wait {
		err = m.served(ctx, v, after, now, changes, moved)
	}
	if err == nil && !v.later && !m.moreSteps {
		m.trace.ends(of)
	}
	return result, errors.Join(err, left.tell(m.o, changes))
}

// served waits for the pods of what was written, and for the gateways.
func (m *mutation) served(ctx context.Context, v verb, after, now rio.Service, changes plan.ChangeSet, moved bool) error {
	if err := m.settle(ctx, after, changes, v.outlive); err != nil {
		return err
	}
	switch rolled := changes.Rolled(); {
	case moved && v.later:
		return nil
	case moved:
		return m.confirm(ctx, now, rolled...)
	case len(rolled) > 0 && after.AtGateway() != "":
		return m.confirmLine("gateways", func() (cluster.Confirmation, error) { return m.client.ConfirmRolled(ctx, after, rolled) })
	}
	return nil
}

// settleEarlier waits for what a command has written that was stopped while it waited, or whose
// time was over.
func (m *mutation) settleEarlier(ctx context.Context, s rio.Service, revisions []string) error {
	for _, name := range revisions {
		rev, ok := s.Revision(name)
		if !ok || rev.Foreign || rev.Observed.RolledOut() {
			continue
		}
		if err := m.awaitPods(ctx, workloadOf(s, rev)); err != nil {
			return err
		}
	}
	return nil
}

// workloadOf is what a revision's pods are waited for by.
func workloadOf(s rio.Service, r *rio.Revision) cluster.Workload {
	w := cluster.WorkloadOf(s.Ref().Of(r.Name), r.Kind)
	w.Within = r.Autoscale
	return w
}

// settle waits for the pods of the workloads that changed. Those of a deleted one end by themselves: with
// outlive it waits for them, too.
func (m *mutation) settle(ctx context.Context, after rio.Service, changes plan.ChangeSet, outlive bool) error {
	ref := after.Ref()
	for _, c := range changes {
		if latest, ok := after.Latest(); ok && c.Op == plan.Update && manifest.Kind(c.Object()) == manifest.KindAutoscaler {
			if err := m.awaitPods(ctx, workloadOf(after, latest)); err != nil {
				return err
			}
		}
		if !manifest.IsWorkload(c.Object()) {
			continue
		}
		of := ref.Of(c.Object().GetLabels()[rio.LabelRevision])
		var err error
		switch {
		case c.Op != plan.Delete:
			err = m.awaitPods(ctx, cluster.WorkloadOf(of, manifest.Kind(c.Object())))
		case outlive:
			err = m.await("pods", func(report func(string)) error { return m.client.WaitGone(ctx, of, report) })
		}
		if err != nil {
			return err
		}
	}
	return nil
}
