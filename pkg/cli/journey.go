package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"

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
	drain time.Duration
}

func newJourney(o *Options) *journey { return &journey{mutation: newMutation(o)} }

// stepper finds the next step for a service, whose latest has had these pods.
type stepper func(rio.Service, []rio.Release) (plan.Step, error)

// travel goes to the end, with announce said before the first step. A dry run shows the
// first step only: the others depend on what the cluster holds then.
func (j *journey) travel(ctx context.Context, ref rio.Ref, announce func(rio.Service), next stepper) error {
	j.wait, j.outlive = true, true // a step is safe only when the one before it is done
	var all []manifest.Object
	var last plan.Step
	for first := true; ; first = false {
		step, result, err := j.step(ctx, ref, next, func(s rio.Service, step plan.Step) error {
			if step.Number < last.Number || !first && step.Number == last.Number && step.Title == last.Title && step.Drain == "" && !step.Last {
				return fmt.Errorf("step %d, %q, was written and did not last; somebody else changes %q%.0w", step.Number, step.Title, ref.Service, cluster.ErrOvertaken)
			}
			if first && step.Of > 0 {
				announce(s)
			}
			if first {
				return j.confirmEarlier(ctx, s)
			}
			return nil
		})
		if err != nil {
			if last.Number < 1 && len(result) > 0 && j.dryRun == dryRunNone {
				last = step // it is written, if not confirmed
			}
			return j.explainStop(ref, last, err)
		}
		all = append(all, result...)
		last = step
		if step.Last || j.dryRun != dryRunNone {
			return j.print(ref, all)
		}
	}
}

func (j *journey) step(ctx context.Context, ref rio.Ref, next stepper, check func(rio.Service, plan.Step) error) (plan.Step, []manifest.Object, error) {
	var step plan.Step
	result, err := j.apply(ctx, ref, func(s cluster.Snapshot) (rio.Service, error) {
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
	})
	return step, result, err
}

// before does what a step needs to be safe, beyond what every change gets.
func (j *journey) before(ctx context.Context, step plan.Step, s cluster.Snapshot) error {
	if step.Of > 0 {
		j.show.step = fmt.Sprintf("%d/%d %s", step.Number, step.Of, step.Title)
	}
	rehearsed, err := j.rehearseLater(ctx, step.Rehearse, s)
	if err != nil {
		return err
	}
	if step.Alters && j.dryRun != dryRunClient {
		if err := mustAlter(s.Service, rehearsed); err != nil {
			return err
		}
	}
	if j.dryRun != dryRunNone {
		return nil
	}
	if step.Settle != "" {
		kind := manifest.KindDeployment
		if rev, ok := s.Service.Revision(step.Settle); ok {
			kind = rev.Kind
		}
		if err := j.rolledOut(ctx, cluster.WorkloadOf(s.Service.Ref().Of(step.Settle), kind)); err != nil {
			return err
		}
	}
	if step.Drain != "" {
		return j.drainPods(ctx, step.Target, step.Drain)
	}
	return nil
}

// rehearseLater checks a later step before this one is written: a change that somebody
// else's route, another tool's fields in a workload, or rights that are lacking in another
// stack whose routes lead here, would stop half-way does not begin. It gives what would be there.
func (m *mutation) rehearseLater(ctx context.Context, target *rio.Service, s cluster.Snapshot) ([]manifest.Object, error) {
	if target == nil {
		return nil, nil
	}
	changes, err := s.Changes(*target)
	if err != nil || m.dryRun == dryRunClient {
		return nil, err
	}
	opts := m.write
	opts.DryRun = true
	var result []manifest.Object
	for _, c := range changes {
		routing := c.Object().GetNamespace() == target.Namespace && !manifest.IsWorkload(c.Object()) && !manifest.IsOfAccount(c.Object())
		if routing {
			continue
		}
		o, err := m.client.Apply(ctx, c, opts)
		if err != nil {
			return nil, err
		}
		result = append(result, o)
	}
	return result, nil
}

// mustAlter refuses a change of latest's pods of which nothing would come: what another tool
// added to a workload is not ours to take away.
func mustAlter(s rio.Service, rehearsed []manifest.Object) error {
	latest, ok := s.Latest()
	if !ok || latest.Observed == nil {
		return nil
	}
	live := latest.Observed
	altered := slices.ContainsFunc(rehearsed, func(o manifest.Object) bool {
		t := manifest.TemplateOf(o)
		return t != nil && manifest.KindName(o) == live.Workload && !equality.Semantic.DeepEqual(*t, live.Template)
	})
	if altered {
		return nil
	}
	return fmt.Errorf("the last change of %s is another tool's, which kubectl rio does not take away; take it back there, or with: kubectl rollout undo -n %s %s",
		live.Workload, s.Namespace, live.Workload)
}

// drainPods makes sure that nothing more is sent to the pods of a revision that the service
// is to have no more, and lets the proxies finish what was.
func (j *journey) drainPods(ctx context.Context, s rio.Service, revision string) error {
	step := j.show.step
	j.show.step = fmt.Sprintf("4/%d drain %s", plan.PromotionSteps, revision)
	defer func() { j.show.step = step }()
	if err := j.confirm(ctx, s); err != nil {
		return err
	}
	return j.await("drain", func(report func(string)) error {
		report(j.drain.String())
		select {
		case <-time.After(j.drain):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
}

// explainStop says how to go on, and how back, after a journey stopped half-way.
func (j *journey) explainStop(ref rio.Ref, last plan.Step, err error) error {
	if last.Number < 1 {
		return err
	}
	promoting := last.Target.Promoting
	if b := last.Target.Before; b != nil && b.Undo || promoting == "" {
		return fmt.Errorf("undo of %q stopped after %d/%d%s; go on: kubectl rio undo -n %s %s%.0w%.0w",
			ref.Service, last.Number, last.Of, because(err), ref.Namespace, ref.Service, err, errStopped)
	}
	return fmt.Errorf("promotion of %q stopped after %d/%d%s; go on: kubectl rio promote -n %s %s; go back: kubectl rio undo -n %s %s%.0w%.0w",
		ref.Of(promoting), last.Number, last.Of, because(err), ref.Namespace, ref.Of(promoting), ref.Namespace, ref.Service, err, errStopped)
}

// because is the reason of a stop for the middle of a sentence. Who pressed Ctrl-C knows it.
func because(err error) string {
	if errors.Is(err, context.Canceled) {
		return ""
	}
	return fmt.Sprintf(": %v", err)
}
