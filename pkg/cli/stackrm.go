package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func newStackRmCmd(o *Options) *cobra.Command {
	m := newMutation(o)
	m.limits = limitsAnswered
	var yes bool
	cmd := &cobra.Command{
		Use: "rm NAME...", Aliases: []string{"delete"}, Short: "Remove stacks", Args: atLeast(1, "NAME"), ValidArgsFunction: completeStacks(o),
		Long:    "Remove the namespaces of stacks with all that is in them, and wait until they are gone. On a terminal, the command asks first. A namespace that was not made as a stack stays.",
		Example: "\n  kubectl rio stack rm shop",
		RunE: func(cmd *cobra.Command, args []string) error {
			return m.removeStacks(cmd, args, yes)
		},
	}
	m.addFlags(cmd)
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return cmd
}

func (m *mutation) removeStacks(cmd *cobra.Command, args []string, yes bool) error {
	stacks, err := parseOnce(m.o, args, stackRef)
	if err != nil {
		return err
	}
	return m.removeAll(cmd, args, stacks, yes, nil)
}

// removeAll removes stacks, which are references without a service, and other things by
// remove. What there is to ask is asked first: who thinks about it takes none of the time.
func (m *mutation) removeAll(cmd *cobra.Command, args []string, refs []rio.Ref, yes bool, remove func(context.Context, rio.Ref) error) error {
	if err := m.start(cmd, args); err != nil {
		return err
	}
	var errs []error
	var agreed, gone []rio.Ref // the next one of either may need those before it
	for _, ref := range refs {
		if ref.Service == "" {
			ok, err := m.mayRemoveStack(cmd.Context(), ref.Namespace, agreed, yes)
			if errors.Is(err, context.Canceled) {
				return err
			}
			if errs = append(errs, err); !ok {
				continue
			}
		}
		agreed = append(agreed, ref)
	}
	ctx, done := m.within(cmd.Context())
	defer done()
	for _, ref := range agreed {
		var err error
		if ref.Service == "" {
			err = m.removeStack(ctx, ref.Namespace, gone)
		} else {
			err = remove(ctx, ref)
		}
		if errs = append(errs, err); err == nil {
			gone = append(gone, ref)
		}
	}
	return errors.Join(errs...)
}

// mayRemoveStack refuses what cannot go, and asks about the rest.
func (m *mutation) mayRemoveStack(ctx context.Context, name string, gone []rio.Ref, yes bool) (bool, error) {
	reading, done := m.within(ctx)
	defer done()
	services, _, err := m.inStack(reading, name, gone)
	if err != nil || yes || m.dryRun != dryRunNone {
		return err == nil, err
	}
	return m.o.confirmed(fmt.Sprintf("Remove stack %s with %s and all else that is in its namespace?", name, rio.Count(len(services), "service")))
}

// inStack is what goes with a stack. Routes of stacks that are gone lead nowhere.
func (m *mutation) inStack(ctx context.Context, name string, gone []rio.Ref) ([]rio.Service, []rio.RouteSet, error) {
	live, _, err := m.client.Stack(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	if live != nil {
		if err := manifest.ParseStack(live).MayRemove(); err != nil {
			return nil, nil, err
		}
	}
	services, err := m.client.Remaining(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	sets, err := m.client.ListRoutes(ctx, "")
	if apierrors.IsForbidden(err) {
		sets, err = m.client.ListRoutes(ctx, name)
	}
	if err != nil && !errors.Is(err, cluster.ErrNoIstio) { // without Istio there are no routes
		return nil, nil, err
	}
	own, others := splitSets(sets, name, gone)
	return services, own, plan.MayLeave(services, others)
}

// splitSets parts the route sets of a stack from those of others that are not gone.
func splitSets(sets []rio.RouteSet, name string, gone []rio.Ref) (own, others []rio.RouteSet) {
	for _, set := range sets {
		switch {
		case set.Namespace == name:
			own = append(own, set)
		case !slices.Contains(gone, rio.Ref{Namespace: set.Namespace}):
			others = append(others, set)
		}
	}
	return own, others
}

// removeStack deletes a stack's services, in the order in which that is safe, and then its
// namespace, and waits until all that was in it is gone.
func (m *mutation) removeStack(ctx context.Context, name string, gone []rio.Ref) error {
	services, routes, err := m.inStack(ctx, name, gone)
	if err != nil {
		return err
	}
	step := m.show.step
	defer func() { m.show.step = step }()
	for _, set := range routes {
		m.show.step = set.Name
		_, err := m.applyRoutes(ctx, set.Ref(), func(have cluster.Routes) (rio.RouteSet, error) { return plan.RemoveRoutes(have.Set, nil) }, nil)
		if err != nil {
			return err
		}
	}
	for _, s := range services {
		if slices.ContainsFunc(s.Revisions, func(r rio.Revision) bool { return r.Foreign }) {
			continue // it goes with the namespace
		}
		m.show.step = s.Name
		if _, err := m.apply(ctx, s.Ref(), decide(func(s rio.Service) (rio.Service, error) {
			if !s.Exists() {
				return s, nil
			}
			_, s.Routes = splitSets(s.Routes, name, gone) // in a rehearsal the stack's own are still there
			return plan.Remove(s, "", true)
		})); err != nil {
			return err
		}
	}
	m.show.step = step
	err = m.changeStack(ctx, rio.Stack{Name: name}, func(live *rio.Stack, mine manifest.Object, _ rio.Stack) (plan.ChangeSet, error) {
		return plan.RemoveStack(live, mine, name)
	})
	if err != nil || !m.wait || m.dryRun != dryRunNone {
		return err
	}
	return m.await("stack", func(report func(string)) error { return m.client.WaitNoStack(ctx, name, report) })
}
