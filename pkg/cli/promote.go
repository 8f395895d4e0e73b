package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func newPromoteCmd(o *Options) *cobra.Command {
	j := newJourney(o)
	var scale string
	cmd := &cobra.Command{
		Use:   "promote SERVICE:REVISION...",
		Short: "Promote a staged version to latest",
		Long: `Make a staged revision the latest, without losing a request: its pods take all the traffic, then latest gets its image and settings,
then latest takes the traffic back, and the revision goes. Stopped anywhere, the same command finishes it, and undo goes back.`,
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
			replicas, err := optionalReplicas(scale)
			if err != nil {
				return err
			}
			for _, ref := range refs {
				if ref.IsLatest() {
					return usagef("%q is latest already; name the staged revision: kubectl rio promote %s:REVISION", ref, ref.Service)
				}
			}
			ctx, done, err := j.begin(cmd, args)
			if err != nil {
				return err
			}
			defer done()
			var errs []error
			for _, ref := range refs {
				errs = append(errs, j.travel(ctx, ref,
					func(s rio.Service) { o.announcePromotion(ref, s) },
					func(s rio.Service, history []rio.Release) (plan.Step, error) {
						return plan.Promote(s, ref.Revision, replicas, history)
					}))
			}
			return errors.Join(errs...)
		},
	}
	j.addFlags(cmd)
	cmd.Flags().StringVar(&scale, "scale", "", "number of pods that latest has afterwards; the larger of both revisions when not given")
	cmd.Flags().DurationVar(&j.drain, "drain", drainDefault, "how long the revision's pods stay after the last request was sent to them")
	return cmd
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
		image = fmt.Sprintf(" (%s)", printer.Image(*rev))
	}
	o.talk("%-10s %s%s becomes latest, no request is dropped", ref.Service, ref.Revision, image)
}
