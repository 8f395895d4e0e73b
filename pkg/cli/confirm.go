package cli

import (
	"context"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// await shows what is waited for until it is there. The wait reports how far it is.
func (m *mutation) await(name string, wait func(report func(string)) error) error {
	l := m.show.begin(name)
	defer l.end("")
	return wait(l.update)
}

// awaitPods waits for the pods of a workload, all of them.
func (m *mutation) awaitPods(ctx context.Context, w cluster.Workload) error {
	w.Undoing = m.undoes
	return m.await("pods", func(report func(string)) error {
		return m.client.WaitReady(ctx, w, cluster.All, report)
	})
}

// mayGetTraffic waits until revisions can take traffic and the gateways know their pods. A
// staged revision is to be whole first, for part of it may not bear its share; latest gets
// traffic back as soon as it has one pod, for that is the way out of trouble.
func (m *mutation) mayGetTraffic(ctx context.Context, s rio.Service, raised []rio.Ref) error {
	var revisions []string
	for _, ref := range raised {
		if ref.Of("") == s.Ref() {
			revisions = append(revisions, ref.RevisionName())
		}
	}
	if len(revisions) == 0 {
		return nil
	}
	for _, name := range revisions {
		enough := int32(cluster.All)
		if name == rio.Latest {
			enough = 1
		}
		if rev, ok := s.Revision(name); ok && !rev.Foreign { // --wait=false is of what comes after the last write
			w := cluster.WorkloadOf(s.Ref().Of(name), rev.Kind)
			w.Undoing = m.undoes
			err := m.await("ready", func(report func(string)) error {
				return m.client.WaitReady(ctx, w, enough, func(text string) { report(name + " " + text) })
			})
			if err != nil {
				return err
			}
		}
	}
	_, err := m.client.ConfirmEndpoints(ctx, s, revisions)
	return err
}

// confirm returns when the gateways serve the split, and says how it knows.
func (m *mutation) confirm(ctx context.Context, s rio.Service, fresh ...string) error {
	if !s.Routed() {
		return nil
	}
	return m.confirmWho(s.AtGateway() != "",
		func() (cluster.Confirmation, error) { return m.client.ConfirmSplit(ctx, s, fresh...) },
		func() (cluster.Confirmation, error) { return m.client.ConfirmMesh(ctx, s) })
}

// confirmWho asks those whom --confirm names: the gateways, and with mesh the sidecars too, and the
// gateways only about what is at one.
func (m *mutation) confirmWho(atGateway bool, gateways, sidecars func() (cluster.Confirmation, error)) error {
	if atGateway || m.confirmBy != confirmMesh {
		if err := m.confirmLine("gateways", gateways); err != nil {
			return err
		}
	}
	if m.confirmBy == confirmMesh {
		return m.confirmLine("sidecars", sidecars)
	}
	return nil
}

// confirmEarlier confirms what a command has written that stopped half-way: it may have ended
// between its write and its confirmation. What is adrift nobody serves as it is read; the write that mends
// it comes before pods are replaced, and is confirmed.
func (m *mutation) confirmEarlier(ctx context.Context, s rio.Service) error {
	if m.dryRun != dryRunNone || s.Promoting == "" && s.Removing == "" || plan.Adrift(s) {
		return nil
	}
	return m.confirm(ctx, plan.Earlier(s))
}

func (m *mutation) confirmLine(who string, confirm func() (cluster.Confirmation, error)) error {
	l := m.show.begin(who)
	done, err := confirm()
	if err != nil {
		l.end("do not all serve it")
		return err
	}
	l.end(done.String())
	return nil
}
