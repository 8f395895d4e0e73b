package cli

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// showWeights is weight without a percentage. It writes nothing.
func (m *mutation) showWeights(cmd *cobra.Command, args []string, window time.Duration) error {
	refs, err := m.o.refs(args)
	if err != nil {
		return err
	}
	if cmd.Flags().Changed("output") {
		return usagef("--output is of what is written, and this only shows; for scripts: kubectl rio ps -n %s -o json; with what is measured: -o wide", refs[0].Namespace)
	}
	if err := without(cmd, "goes with a weight, for example: kubectl rio weight foobar:v2=30% --sticky", "sticky"); err != nil {
		return err
	}
	m.onlyShows = true
	return each(m, cmd, args, refs, func(ctx context.Context, ref rio.Ref) error { return m.showSplit(ctx, ref, window) })
}

// showSplit draws how a service's traffic is set to be split, and what really happens.
func (m *mutation) showSplit(ctx context.Context, ref rio.Ref, window time.Duration) error {
	snap, err := m.client.Load(ctx, ref)
	if err != nil {
		return err
	}
	if err := plan.MayShow(snap.Service); err != nil {
		return err
	}
	services := []rio.Service{snap.Service}
	if err := m.client.AddTrouble(ctx, ref.Namespace, services); err != nil {
		return err
	}
	for _, r := range services[0].Revisions {
		if r.Observed != nil && r.Observed.Trouble != "" {
			m.o.talk("%-10s %s", r.Name, printer.Clean(r.Observed.Trouble))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(services[0].Lost)) {
		m.o.talk("%-10s %s", name, printer.LostRevision(services[0], name))
	}
	for _, r := range services[0].Revisions {
		if text := printer.UnderWay(services[0], r.Name); text != "" {
			m.o.talk("%-10s %s", r.Name, text)
		}
	}
	m.o.tellQuiet(services[0], func(string) bool { return true })
	figures, err := m.o.figures(ctx, m.client, services[0], window)
	if err != nil {
		return err
	}
	return printer.MeasuredTable(m.o.Out, services[0], figures, window, printer.NewBars(m.o.unicode(m.o.Out)))
}

// figures measures a service's traffic for a while. They are nil where nobody answers.
func (o *Options) figures(ctx context.Context, client *cluster.Client, s rio.Service, window time.Duration) (map[string]rio.Figures, error) {
	if window <= 0 {
		return nil, nil
	}
	figures, err := measured(ctx, client, s, window)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		o.talk("not measured: %v", err)
	}
	return figures, nil
}

// measured is what a service's gateways count within a while.
func measured(ctx context.Context, client *cluster.Client, s rio.Service, window time.Duration) (map[string]rio.Figures, error) {
	before, err := client.Measure(ctx, s)
	if err != nil {
		return nil, err
	}
	if err := cluster.Sleep(ctx, window); err != nil {
		return nil, err
	}
	after, err := client.Measure(ctx, s)
	if err != nil {
		return nil, err
	}
	return after.Since(before), nil
}

// describeSplit says what changes of who gets which requests, and which gradual release that ends.
func (m *mutation) describeSplit(before, after rio.Service) {
	if change := printer.SplitChange(before.Shares(), after.Shares()); change != "" {
		m.o.talk("%-10s %s", before.Name, change)
	}
	if g := after.Gradual; g == nil || before.Gradual != nil && before.Gradual.Revision != g.Revision {
		m.o.sayGradualEnds(before)
	}
	switch {
	case before.Sticky == after.Sticky:
	case after.Sticky == "":
		m.o.talk("%-10s users stay on no revision any more: cookie %s is not set", before.Name, before.Sticky)
	default:
		m.o.talk("%-10s each user stays on the revision that answered first: cookie %s", before.Name, after.Sticky)
	}
}

// sayGradualEnds tells who takes over from a gradual release that there is one.
func (o *Options) sayGradualEnds(s rio.Service) {
	if g := s.Gradual; g != nil {
		o.talk("%-10s the gradual release of %s to %d%% ends with this", s.Name, g.Revision, g.To)
	}
}
