package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// drainDefault is how long Istio's proxies go on with a connection that is to end,
// terminationDrainDuration of https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig
const drainDefault = 5 * time.Second

// promotion is the command's own settings.
type promotion struct {
	*mutation
	scale string
	drain time.Duration
}

func newPromoteCmd(o *Options) *cobra.Command {
	p := promotion{mutation: newMutation(o)}
	cmd := &cobra.Command{
		Use:   "promote SERVICE:REVISION...",
		Short: "Promote a staged version to latest",
		Long: `Make a staged revision the latest, without losing a request: its pods take all the traffic, then latest gets its image and settings,
then latest takes the traffic back, and the revision goes. Stopped anywhere, the same command finishes it.`,
		Example: `
  # v2 becomes latest
  kubectl rio promote foobar:v2

  # and latest has five pods then
  kubectl rio promote --scale 5 foobar:v2`,
		Args:              atLeast(1, "SERVICE:REVISION"),
		ValidArgsFunction: completeServices(o),
		RunE: func(cmd *cobra.Command, args []string) error {
			refs, err := o.refs(args)
			if err != nil {
				return err
			}
			var replicas *int32
			if p.scale != "" {
				n, err := rio.ParseReplicas(p.scale)
				if err != nil {
					return usageError(err)
				}
				n32 := int32(n)
				replicas = &n32
			}
			for _, ref := range refs {
				if ref.IsLatest() {
					return usagef("%q is latest already; name the staged revision: kubectl rio promote %s:REVISION", ref, ref.Service)
				}
			}
			ctx, done, err := p.begin(cmd)
			if err != nil {
				return err
			}
			defer done()
			var errs []error
			for _, ref := range refs {
				errs = append(errs, p.promote(ctx, ref, replicas))
			}
			return errors.Join(errs...)
		},
	}
	p.addFlags(cmd)
	cmd.Flags().StringVar(&p.scale, "scale", "", "number of pods that latest has afterwards; the larger of both revisions when not given")
	cmd.Flags().DurationVar(&p.drain, "drain", drainDefault, "how long the revision's pods stay after the last request was sent to them")
	return cmd
}

// promote takes one step after the other, each from what the cluster holds then.
func (p *promotion) promote(ctx context.Context, ref rio.Ref, replicas *int32) error {
	p.wait, p.outlive = true, true // a step is safe only when the one before it is done
	var all []manifest.Object
	for last := -1; ; {
		step, result, err := p.step(ctx, ref, replicas, last)
		if err != nil {
			return p.explainStop(ref, last, err)
		}
		all = append(all, result...)
		last = step.Number
		if step.Last() || p.dryRun != dryRunNone {
			return p.print(ref, all)
		}
	}
}

func (p *promotion) step(ctx context.Context, ref rio.Ref, replicas *int32, last int) (plan.Step, []manifest.Object, error) {
	var step plan.Step
	result, err := p.apply(ctx, ref, func(s cluster.Snapshot) (rio.Service, error) {
		var err error
		if step, err = plan.Promote(s.Service, ref.Revision, replicas); err != nil {
			return s.Service, err
		}
		if step.Number < last || (step.Number == last && step.Number != plan.PromotionSteps) {
			return s.Service, fmt.Errorf("step %d, %q, was written and did not last; somebody else changes %q", step.Number, step.Title, ref.Service)
		}
		if last < 0 {
			p.announce(ref, s.Service)
		}
		return step.Target, p.before(ctx, ref, step, s)
	})
	return step, result, err
}

// before does what a step needs to be safe, beyond what every change gets.
func (p *promotion) before(ctx context.Context, ref rio.Ref, step plan.Step, s cluster.Snapshot) error {
	p.show.step = fmt.Sprintf("%d/%d %s", step.Number, plan.PromotionSteps, step.Title)
	if p.dryRun != dryRunNone {
		return nil
	}
	switch {
	case step.Number == 1:
		return p.rehearseRoll(ctx, ref, step, s)
	case step.Number == 3:
		return p.rolledOut(ctx, ref.Of(rio.Latest))
	case step.Number == plan.PromotionSteps && !step.Last():
		if err := p.confirm(ctx, s.Service); err != nil {
			return err
		}
		return p.drainPods(ctx, ref)
	}
	return nil
}

// drainPods lets the proxies finish what they have sent to the revision's pods.
func (p *promotion) drainPods(ctx context.Context, ref rio.Ref) error {
	step := p.show.step
	p.show.step = fmt.Sprintf("4/%d drain %s", plan.PromotionSteps, ref.Revision)
	defer func() { p.show.step = step }()
	return p.await("drain", func(report func(string)) error {
		report(p.drain.String())
		select {
		case <-time.After(p.drain):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
}

// rehearseRoll has the server check step 2 before step 1 is written: a promotion that
// another tool's fields would stop half-way does not begin.
func (p *promotion) rehearseRoll(ctx context.Context, ref rio.Ref, step plan.Step, s cluster.Snapshot) error {
	shifted := step.Target
	shifted.Promoting = ref.Revision
	roll, err := plan.Promote(shifted, ref.Revision, nil)
	if err != nil {
		return err
	}
	opts := p.write
	opts.DryRun = true
	for _, c := range plan.Diff(s.Objects, roll.Target) {
		if manifest.Kind(c.Object()) != manifest.KindDeployment {
			continue
		}
		if _, err := p.client.Apply(ctx, c, opts); err != nil {
			return err
		}
	}
	return nil
}

func (p *promotion) announce(ref rio.Ref, s rio.Service) {
	image := ""
	if rev, ok := s.Revision(ref.Revision); ok {
		image = " (" + printer.Image(*rev) + ")"
	}
	p.o.talk("%-10s %s%s becomes latest, no request is dropped", ref.Service, ref.Revision, image)
}

// explainStop says how to go on after a promotion stopped half-way.
func (p *promotion) explainStop(ref rio.Ref, last int, err error) error {
	if last < 1 {
		return err
	}
	return fmt.Errorf("promotion of %q stopped after %d/%d: %w; go on: kubectl rio promote -n %s %s%.0w", ref, last, plan.PromotionSteps, err, ref.Namespace, ref, errStopped)
}
