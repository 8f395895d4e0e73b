package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func newPromoteCmd(o *Options) *cobra.Command {
	j := newJourney(o)
	j.limits = "how long each promotion may take, and each step of --gradual before it"
	var steps gradualFlags
	cmd := &cobra.Command{
		Use:   "promote SERVICE:REVISION...",
		Short: "Promote a staged revision to latest",
		Long: `Make a staged revision the latest, without losing a request: its pods take all the traffic, then latest gets its image and settings, then latest takes
the traffic back, and the staged revision is removed. If the command is interrupted, run it again to finish, or go back with undo; until then, other
verbs refuse to change the service. Other staged revisions keep their weights. A dry run shows only the next step. Rollouts of many pods
may need a longer --timeout.`,
		Example: `
  # v2 becomes latest
  kubectl rio promote foobar:v2

  # and latest has five pods then
  kubectl rio promote --scale 5 foobar:v2

  # Step by step first, and not at all when it does badly
  kubectl rio promote --gradual --step 20 --every 1m --abort-if 'errors>1%' foobar:v2`,
		Args:              atLeast(1, "SERVICE:REVISION"),
		ValidArgsFunction: completeServices(o),
		RunE: func(cmd *cobra.Command, args []string) error {
			refs, err := o.refs(args)
			if err != nil {
				return err
			}
			if err := j.checkDrain(); err != nil {
				return err
			}
			replicas, err := optionalReplicas(j.scale)
			if err != nil {
				return err
			}
			for _, ref := range refs {
				if ref.IsLatest() {
					return usagef("%q is latest already; name the staged revision: kubectl rio promote -n %s %s:REVISION", ref, ref.Namespace, ref.Service)
				}
			}
			if !j.gradually {
				if err := without(cmd, "is of a gradual release; add --gradual", "step", "every", "abort-if", "min-requests", "prometheus"); err != nil {
					return err
				}
			}
			if _, err := steps.release("any", 100); err != nil {
				return err
			}
			if err := j.start(cmd, args); err != nil {
				return err
			}
			return tryAll(refs, func(ref rio.Ref) error {
				if j.gradually {
					return j.promoteGradually(cmd.Context(), ref, replicas, steps)
				}
				return j.promote(cmd.Context(), ref, replicas, nil)
			})
		},
	}
	j.addFlags(cmd)
	steps.add(cmd, 10)
	cmd.Flags().BoolVar(&j.gradually, "gradual", false, "first move latest's share to the revision step by step, and watch each step")
	cmd.Flags().StringVar(&j.scale, "scale", "", "`NUMBER` of pods that latest has afterwards, for example 5; when not given, the larger number of the two revisions; where an autoscaler sets it, what that has set")
	cmd.Flags().DurationVar(&j.drain, "drain", drainDefault, "how long the revision's pods stay after the last request was sent to them")
	return cmd
}

// promote goes through the steps; where a gradual release led to them, from what that has left.
func (j *journey) promote(ctx context.Context, ref rio.Ref, replicas *int32, release *gradual) error {
	ctx, cancel := j.within(ctx)
	defer cancel()
	begun := false
	return j.travel(ctx, ref,
		func(s rio.Service, _ plan.Step) { j.o.announcePromotion(ref, s) },
		func(s rio.Service, history []rio.Release) (plan.Step, error) {
			if begun && plan.Promoted(s, ref.Revision) {
				j.o.talk("%-10s somebody else has finished the promotion of %s", ref.Service, ref.Revision)
				return plan.Step{Target: s, Last: true}, nil
			}
			begun = begun || s.Promoting == ref.Revision
			if release != nil && s.Promoting == "" {
				if err := release.stands(s); err != nil {
					return plan.Step{}, err
				}
			}
			return plan.Promote(s, ref.Revision, replicas, history)
		})
}

// promoteGradually moves latest's share first. A dry run shows what comes next of either.
func (j *journey) promoteGradually(ctx context.Context, ref rio.Ref, replicas *int32, steps gradualFlags) error {
	release, err := j.everything(ctx, ref, replicas, steps)
	switch {
	case err != nil:
		return err
	case release != nil && j.dryRun != dryRunNone && len(release.result) > 0:
		return j.print(ref, release.result)
	}
	return j.promote(ctx, ref, replicas, release)
}

// everything gives a revision latest's share, gradually, once it is known that it can be
// promoted and has the pods for it. The share is there already when the promotion has begun;
// when it has not, a release that is still noted was not judged to its end.
func (j *journey) everything(ctx context.Context, ref rio.Ref, replicas *int32, steps gradualFlags) (*gradual, error) {
	snap, err := j.client.Load(ctx, ref)
	if err != nil {
		return nil, err
	}
	latest, hasLatest := snap.Service.Latest()
	rev, ok := snap.Service.Revision(ref.Revision)
	on := snap.Service.Gradual != nil && snap.Service.Gradual.Revision == ref.Revision
	if !ok || !hasLatest || latest.Weight == 0 && !on || snap.Service.Promoting != "" {
		return nil, nil // promote itself says what is wrong, if anything is
	}
	first, err := plan.Promote(snap.Service, ref.Revision, replicas, nil)
	if err != nil {
		return nil, err
	}
	g, err := steps.release(ref.Revision, rev.Weight+latest.Weight)
	if err != nil {
		return nil, err
	}
	release, err := j.newGradual(ctx, ref, g, steps) // before the first write: it refuses what nobody can judge
	if err != nil || first.Number == 0 && j.dryRun != dryRunNone {
		return nil, err
	}
	if err := j.enlarge(ctx, snap, ref, replicas, first); err != nil {
		return nil, err
	}
	release.promotes, release.goOn = true, sameAgain
	return release, release.run(ctx)
}

// sameAgain goes on with a gradual promotion: what it was asked for is noted in part only.
const sameAgain = "the same command again"

// enlarge rehearses a promotion, and takes its step 0 if that is first: the revision gets as many
// pods as latest before it gets its share.
func (j *journey) enlarge(ctx context.Context, s cluster.Snapshot, ref rio.Ref, replicas *int32, first plan.Step) error {
	if first.Number > 0 {
		rehearsed, err := j.rehearseAll(ctx, first, s)
		if err != nil {
			return err
		}
		return j.mustKeep(s.Service, rehearsed)
	}
	ctx, cancel := j.within(ctx)
	defer cancel()
	defer func() { j.show.step = "" }()
	step, result, err := j.step(ctx, ref,
		func(s rio.Service, history []rio.Release) (plan.Step, error) {
			return plan.Promote(s, ref.Revision, replicas, history)
		},
		func(_ rio.Service, step plan.Step) error {
			if step.Number > 0 {
				return fmt.Errorf("somebody else changed %q meanwhile; repeat the command", ref.Service)
			}
			return nil
		})
	if err != nil && len(result) > 0 { // it is written
		return j.explainStop(ref, step, err)
	}
	return err
}

// optionalReplicas reads a number that may be left out.
func optionalReplicas(s string) (*int32, error) {
	if s == "" {
		return nil, nil
	}
	n, err := rio.ParseReplicas(s)
	if err != nil {
		return nil, usageError(err)
	}
	return new(int32(n)), nil
}

func (o *Options) announcePromotion(ref rio.Ref, s rio.Service) {
	image := ""
	if rev, ok := s.Revision(ref.Revision); ok {
		image = fmt.Sprintf(" (%s)", rev.Image())
	}
	o.talk("%-10s %s%s becomes latest, no request is dropped", ref.Service, ref.Revision, image)
	if s.Gradual != nil && s.Gradual.Revision != ref.Revision {
		o.sayGradualEnds(s)
	}
	if fewer := plan.Shrinks(s, ref.Revision); fewer != "" {
		o.talk("%-10s %s", ref.Service, fewer)
	}
}
