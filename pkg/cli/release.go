package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

const releaseLong = `Let services go: they run on as plain Kubernetes objects, and kubectl rio no longer knows them. Their URLs end; the command asks about that on a
terminal, and a script passes --yes. Callers inside the mesh lose no request: the routes are removed first, and what the routes refer to only when the
proxies send requests to the Service again. A staged revision runs on under its own name, and the Service leads to latest alone. One that requests
are led to, by its weight or its --match, is refused; with --force, latest gets them first. A service that routes lead to is refused; remove the
routes first.

From an adopted workload, what adopt made is removed, labels of pods included, so that its pods are replaced once more; the command asks about that,
too. adopt takes a service back. If the command is interrupted, run it again to finish.`

const releaseExample = `
  # foobar goes on as a Deployment and a Service
  kubectl rio release foobar --yes

  # And back again
  kubectl rio adopt deploy/foobar -p 80/http`

func newReleaseCmd(o *Options) *cobra.Command {
	m := newMutation(o)
	m.limits = "how long each release may take, without the time in which it asks"
	var force, yes bool
	cmd := &cobra.Command{
		Use: "release SERVICE...", Short: "Let a service go on as plain Kubernetes, without kubectl rio", Long: releaseLong, Example: releaseExample,
		Args: atLeast(1, "SERVICE"), ValidArgsFunction: completeServices(o),
		RunE: func(cmd *cobra.Command, args []string) error {
			refs, err := o.serviceRefs(args, "release lets all of a service go")
			if err != nil {
				return err
			}
			if err := m.start(cmd, args); err != nil {
				return err
			}
			return tryAll(refs, func(ref rio.Ref) error { return m.release(cmd.Context(), ref, force, yes) })
		},
	}
	m.addFlags(cmd)
	f := cmd.Flags()
	f.BoolVarP(&force, "force", "f", false, "release even while requests are led to a staged revision; latest gets them first")
	f.BoolVarP(&yes, "yes", "y", false, "do not ask before the URL ends or pods are replaced")
	return cmd
}

// release goes from the routes down: nothing is taken away that a proxy still needs.
func (m *mutation) release(ctx context.Context, ref rio.Ref, force, yes bool) error {
	s, l, err := m.planRelease(ctx, ref, force)
	if err != nil {
		return err
	}
	costs := m.describeRelease(s, l)
	if ok, err := m.agreed(costs, yes); err != nil || !ok {
		return err
	}
	if m.asks(costs, yes) { // the question may have stood for long
		shares := s.Shares()
		if s, l, err = m.planRelease(ctx, ref, force); err != nil {
			return err
		}
		if !maps.Equal(shares, s.Shares()) {
			return fmt.Errorf("%q was changed while you were asked; look at it, and repeat the command", ref)
		}
	}
	ctx, done := m.within(ctx)
	defer done()
	of := changedService(s, nil)
	if n := len(l.Workloads); n > 0 { // latest's is the last
		of = changedWith(ref, l.Workloads[n-1].Object())
	}
	result, err := m.unroute(ctx, of, s, l)
	if err != nil {
		return err
	}
	unlabelled, err := m.putPart(ctx, of, slices.Concat(l.Services, l.Workloads), true)
	if err != nil {
		return err
	}
	if err := m.unlabelled(ctx, l); err != nil {
		return err
	}
	return m.print(ref, append(result, unlabelled...))
}

func (m *mutation) planRelease(ctx context.Context, ref rio.Ref, force bool) (rio.Service, plan.Letting, error) {
	ctx, done := m.within(ctx)
	defer done()
	snap, err := m.client.Load(ctx, ref)
	if err != nil {
		return snap.Service, plan.Letting{}, err
	}
	l, err := plan.Release(snap.Service, snap.Live, snap.Objects, force)
	m.tellUnseen(snap, l.Routes)
	return snap.Service, l, err
}

// unroute takes the routes away. Requests go by the Service then, to latest's pods.
func (m *mutation) unroute(ctx context.Context, of changed, s rio.Service, l plan.Letting) ([]manifest.Object, error) {
	var result []manifest.Object
	if _, ok := s.Latest(); ok && s.Routed() && !plan.Gathered(s) {
		m.wait = true // nothing else goes before the proxies send all to latest
		gathered, err := m.apply(ctx, s.Ref(), decide(plan.Gather))
		if err != nil {
			return nil, err
		}
		result = gathered
		for _, o := range gathered {
			slices.Concat(l.Routes, l.Rules).Follow(o)
		}
	}
	unrouted, err := m.putPart(ctx, of, slices.Concat(l.Narrow, l.Routes), false)
	if err != nil {
		return nil, err
	}
	if err := m.confirmUnrouted(ctx, s, l); err != nil {
		return nil, err
	}
	rules, err := m.putPart(ctx, of, l.Rules, false)
	return slices.Concat(result, unrouted, rules), err
}

// confirmUnrouted waits until no proxy goes by the routes any more.
func (m *mutation) confirmUnrouted(ctx context.Context, s rio.Service, l plan.Letting) error {
	if m.dryRun != dryRunNone || len(l.Rules) == 0 {
		return nil
	}
	if s.Published() {
		if err := m.confirmLine("gateways", func() (cluster.Confirmation, error) { return m.client.ConfirmGone(ctx, s) }); err != nil {
			return err
		}
	}
	return m.confirmLine("sidecars", func() (cluster.Confirmation, error) { return m.client.ConfirmPlain(ctx, s) })
}

// unlabelled waits for pods that are replaced by some without labels.
func (m *mutation) unlabelled(ctx context.Context, l plan.Letting) error {
	if m.dryRun != dryRunNone || !m.wait || l.Pods == 0 {
		return nil
	}
	for _, c := range l.Workloads {
		if err := m.awaitPods(ctx, cluster.ForeignWorkload(c.Object())); err != nil {
			return err
		}
	}
	return nil
}

// describeRelease says what stays, and gives what ends.
func (m *mutation) describeRelease(s rio.Service, l plan.Letting) []string {
	var stay, goes, costs []string
	for _, c := range slices.Concat(l.Workloads, l.Services) {
		name := manifest.KindName(c.Object())
		if c.Op == plan.Delete {
			goes = append(goes, name)
		} else {
			stay = append(stay, name)
		}
	}
	slices.Sort(stay)
	slices.Sort(goes)
	m.o.talk("%-10s is let go; what stays: %s", s.Name, strings.Join(stay, ", "))
	if len(goes) > 0 {
		costs = append(costs, "what adopt made ends: "+strings.Join(goes, ", "))
	}
	var urls []string
	for _, r := range s.Revisions {
		urls = append(urls, printer.Endpoints(s, r.Name)...)
	}
	if len(urls) > 0 {
		costs = append(costs, "nobody answers any more at "+strings.Join(urls, ", "))
	}
	if l.Pods > 0 {
		costs = append(costs, rio.Count(l.Pods, "pod")+" of what was adopted to be replaced once more, by some without labels")
	}
	for _, cost := range costs {
		m.o.talk("  ends      %s", cost)
	}
	return costs
}
