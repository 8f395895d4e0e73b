package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func newUndoCmd(o *Options) *cobra.Command {
	j := newJourney(o)
	j.undoes = true
	j.of = []string{rio.Latest} // one that was stopped in its place may still wait for its pods
	cmd := &cobra.Command{
		Use:   "undo SERVICE...",
		Short: "Roll latest back to what it was before",
		Long: `Bring back the pod that latest had before its last change, or the one that --to names by its number in history, with what it may do (--permission),
and without losing a request: it is staged as SERVICE:undo and promoted. During a promotion, undo goes back to where it began: split, matches and
latest's pod are as before. A dry run shows only the next step. If the command is interrupted, run it again to finish; where its pod does not hold,
--to with the number that latest had takes it back. A service that no route leads to, or that has no pods, is changed in place, and so is one whose
volume is one pod's at a time (readWriteOnce), or each pod's own (a template): there, requests may be lost, which is said. Pods that are replaced only
when somebody deletes them stay until then. A second undo does not revert the first; use --to to go forward again.`,
		Example: `
  # What was before the last promotion
  kubectl rio undo foobar

  # What history shows as number 3
  kubectl rio undo foobar --to 3`,
		Args:              atLeast(1, "SERVICE"),
		ValidArgsFunction: completeServices(o),
		RunE: func(cmd *cobra.Command, args []string) error {
			refs, err := o.serviceRefs(args, "undo works on latest")
			if err != nil {
				return err
			}
			if err := j.checkDrain(); err != nil {
				return err
			}
			if j.to < 0 || cmd.Flags().Changed("to") && j.to == 0 {
				return usagef("invalid --to %d: want a number that history shows, 1 or more", j.to)
			}
			return each(j.mutation, cmd, args, refs, func(ctx context.Context, ref rio.Ref) error {
				furnish := func(s rio.Service, revision string) (rio.Service, error) { return j.provide(ctx, s, revision) }
				return j.travel(ctx, ref,
					func(s rio.Service, first plan.Step) { o.announceUndo(ref, s, first) },
					func(s rio.Service, history []rio.Release) (plan.Step, error) {
						step, err := plan.Undo(s, history, j.to, furnish)
						if err == nil && step.Of == 0 && j.to == 0 {
							o.sayUndone(ref, s, history)
						}
						return step, err
					})
			})
		},
	}
	j.addFlags(cmd)
	cmd.Flags().IntVar(&j.to, "to", 0, "`NUMBER` that history shows, for example 3; the previous one when not given")
	completeNumbers(cmd, o)
	cmd.Flags().DurationVar(&j.drain, "drain", drainDefault, "how long a pod stays after the last request was sent to it")
	return cmd
}

// serviceRefs reads names of services as a whole.
func (o *Options) serviceRefs(args []string, why string) ([]rio.Ref, error) {
	refs, err := o.refs(args)
	if err != nil {
		return nil, err
	}
	for _, ref := range refs {
		if !ref.IsLatest() {
			return nil, usagef("%q names a revision, and %s; want %s%s", ref, why, ref.Service, ref.OrID())
		}
	}
	return refs, nil
}

// provide is furnish for a pod that has been there before: what it names stays as it is.
func (m *mutation) provide(ctx context.Context, s rio.Service, revision string) (rio.Service, error) {
	there, err := m.client.VolumesNow(ctx, s.Namespace, plan.Claimed(s, revision))
	if err != nil {
		return s, err
	}
	next, _, err := plan.Provide(s, revision, there)
	return next, err
}

func (o *Options) announceUndo(ref rio.Ref, s rio.Service, first plan.Step) {
	what, cost := "gets back what latest was before", "no request is dropped"
	replaced := first.Of == 1 || first.Number == 2 // latest's pods, with nobody else to serve where they have traffic
	if s.Undoing() && first.Of < plan.PromotionSteps {
		what = "goes back to before the undo that is not finished"
	} else if s.Promoting != "" && !s.Undoing() {
		_, there := s.Revision(s.Promoting)
		switch {
		case there:
			what = "goes back to before the promotion of " + s.Promoting
		case first.Last:
			what = "goes back to before the promotion of " + s.Promoting + ", which has been removed"
		default:
			what += "; " + s.Promoting + " itself has been removed already, so it is not staged again"
			replaced = true
		}
	}
	if gap := plan.InPlace(first.Target); gap != "" && replaced {
		cost = gap
	}
	closed := slices.DeleteFunc(plan.Closed(first.Target, cmp.Or(first.Stages, rio.Latest)), func(p rio.Port) bool {
		return slices.Contains(plan.Closed(s, rio.Latest), p)
	})
	if len(closed) > 0 {
		cost = fmt.Sprintf("requests to %v are lost from then on, for that pod has no such port", closed)
	}
	o.talk("%-10s %s, %s", ref.Service, what, cost)
}

// sayUndone says why an undo has nothing to do, and the ways on.
func (o *Options) sayUndone(ref rio.Ref, s rio.Service, history []rio.Release) {
	_, staged := s.Revision(s.Undone.Revision)
	switch {
	case s.Undone.Revision != "":
		forward := ""
		if staged {
			forward = fmt.Sprintf("forward again: kubectl rio promote -n %s %s; ", ref.Namespace, ref.Of(s.Undone.Revision))
		}
		o.talk("%-10s the promotion of %s has been taken back already; %sfurther back: kubectl rio undo -n %s --to NUMBER %s, of: kubectl rio history -n %s %s",
			ref.Service, s.Undone.Revision, forward, ref.Namespace, ref.Service, ref.Namespace, ref.Service)
	case len(history) > 1:
		o.talk("%-10s has been undone already; forward again: kubectl rio undo -n %s --to %d %s", ref.Service, ref.Namespace, history[1].Number, ref.Service)
	}
}
