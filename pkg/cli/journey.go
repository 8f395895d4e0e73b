package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// drainDefault is how long Istio's proxies go on with a connection that is to end,
// terminationDrainDuration of https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig
const drainDefault = 5 * time.Second

// journey is a change of several steps: a promotion, or an undo. Each step is taken from
// what the cluster holds when the one before it is done.
type journey struct {
	*mutation
	drain     time.Duration
	gradually bool     // a promotion with a gradual release before it
	scale     string   // how many pods latest is to have after a promotion; empty: as many as it needs
	to        int      // what an undo goes back to, by its number in history; 0: what was before
	of        []string // revisions whose pods each step waits for, as in verb
}

func newJourney(o *Options) *journey { return &journey{mutation: newMutation(o)} }

// checkDrain refuses a --drain that is no time.
func (j *journey) checkDrain() error {
	if j.drain < 0 {
		return usagef("invalid --drain %s: want a duration, for example 5s, or 0", j.drain)
	}
	return nil
}

// stepper finds the next step for a service, whose latest has had these pods.
type stepper func(rio.Service, []rio.Release) (plan.Step, error)

// travel goes to the end, with announce said before the first step. A dry run shows the
// first step only: the others depend on what the cluster holds then.
func (j *journey) travel(ctx context.Context, ref rio.Ref, announce func(rio.Service, plan.Step), next stepper) error {
	j.wait = true // a step is safe only when the one before it is done
	var all []manifest.Object
	var last, begun plan.Step // begun: the last one of the command before this one
	for first := true; ; first = false {
		step, result, err := j.step(ctx, ref, next, func(s rio.Service, step plan.Step) error {
			if !first && setBack(step, last) {
				return cluster.Mark(fmt.Errorf("step %d, %q, was written and did not last; somebody else changes %q, or an admission webhook what is written there", step.Number, step.Title, ref.Service), cluster.ErrOvertaken)
			}
			if first && step.Of > 0 {
				announce(s, step)
				begun = begunWith(ref, s, step)
			}
			if first {
				return j.confirmEarlier(ctx, s)
			}
			return nil
		})
		if err != nil {
			if j.dryRun != dryRunNone {
				return j.explainStop(ref, last, err)
			}
			if done(ref, step, result) {
				return explainDone(ref, err)
			}
			return j.explainStop(ref, stoppedAfter(last, begun, step, len(result) > 0), err)
		}
		all = append(all, result...)
		last = step
		if step.Last || j.dryRun != dryRunNone {
			return j.print(ref, all)
		}
	}
}

// setBack reports whether a step says that the last one did not last. One that there is nothing left to
// do for says that somebody else was faster.
func setBack(step, last plan.Step) bool {
	if step.Of == 0 {
		return false
	}
	return step.Number < last.Number || step.Number == last.Number && step.Title == last.Title && step.Drain == "" && !step.Last
}

// stagedToUndo is the revision that an undo has staged and not begun to promote.
func stagedToUndo(ref rio.Ref, s rio.Service) string {
	if _, there := s.Revision(plan.UndoRevision); there && s.Promoting == "" && ref.Revision == "" {
		return plan.UndoRevision
	}
	return ""
}

func (j *journey) step(ctx context.Context, ref rio.Ref, next stepper, check func(rio.Service, plan.Step) error) (plan.Step, []manifest.Object, error) {
	var step plan.Step
	result, err := j.apply(ctx, ref, verb{of: j.of, outlive: true, decide: func(s cluster.Snapshot) (rio.Service, error) {
		history, err := j.client.History(ctx, s.Service, rio.Latest)
		if err != nil {
			return s.Service, err
		}
		if step, err = next(s.Service, history); err != nil {
			return s.Service, err
		}
		if err := check(s.Service, step); err != nil {
			return s.Service, err
		}
		return step.Target, j.before(ctx, step, s)
	}})
	return step, result, err
}

// before does what a step needs to be safe, beyond what every change gets.
func (j *journey) before(ctx context.Context, step plan.Step, s cluster.Snapshot) error {
	if step.Of > 0 {
		j.show.step = fmt.Sprintf("%d/%d %s", step.Number, step.Of, step.Title)
	}
	if promotes := step.Of == plan.PromotionSteps && step.Number == 2; promotes && !s.Service.Routed() { // no earlier step has rehearsed it
		step.Rehearse = &step.Target
	}
	rehearsed, err := j.rehearseAll(ctx, step, s)
	if err != nil {
		return err
	}
	switch {
	case step.Alters && j.dryRun != dryRunClient:
		err = mustAlter(s.Service, rehearsed)
	case step.Of == plan.PromotionSteps:
		err = j.mustKeep(s.Service, rehearsed)
	}
	if err != nil {
		return err
	}
	if j.dryRun != dryRunNone {
		return nil
	}
	if step.Drain != "" { // all that a revision's end waits for is shown as a step of its own
		last := j.show.step
		j.show.step = fmt.Sprintf("4/%d drain %s", plan.PromotionSteps, step.Drain)
		defer func() { j.show.step = last }()
	}
	if step.Settle != "" {
		kind := manifest.KindDeployment
		if rev, ok := s.Service.Revision(step.Settle); ok {
			kind = rev.Kind
		}
		if err := j.awaitPods(ctx, cluster.WorkloadOf(s.Service.Ref().Of(step.Settle), kind)); err != nil {
			return err
		}
	}
	if step.Drain != "" {
		return j.drainPods(ctx, step.Target)
	}
	return nil
}

// rehearseAll checks all that a step leads to, and gives what would be there at the end.
func (j *journey) rehearseAll(ctx context.Context, step plan.Step, s cluster.Snapshot) ([]rehearsed, error) {
	rehearsed, err := j.rehearseLater(ctx, step.Rehearse, s)
	if err != nil || step.Rehearse == nil {
		return nil, err
	}
	follow := step.Follow
	if step.Target.Promoting != "" { // routes of other stacks are to follow at once
		follow = &step.Target
	}
	return rehearsed, j.rehearseRoutes(ctx, follow, s)
}

// drainPods makes sure that nothing more is sent to the pods of a revision that the service
// is to have no more, and lets the proxies finish what was.
func (j *journey) drainPods(ctx context.Context, s rio.Service) error {
	if err := j.confirm(ctx, s); err != nil {
		return err
	}
	return j.await("drain", func(report func(string)) error {
		report(j.drain.String())
		err := cluster.Sleep(ctx, j.drain)
		if errors.Is(err, context.DeadlineExceeded) {
			return cluster.NotReady("the drain of %s is not over in time", j.drain)
		}
		return err
	})
}
