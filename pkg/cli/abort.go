package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func newAbortCmd(o *Options) *cobra.Command {
	m := newMutation(o)
	cmd := &cobra.Command{
		Use:   "abort SERVICE...",
		Short: "Give latest all the traffic, at once",
		Long:  "Take the traffic from all staged revisions of a service, in one write. They stay, with 0%, to be looked at and weighted again. During a promotion it is undo that helps.",
		Example: `
  # v2 does badly: back to latest
  kubectl rio abort foobar`,
		Args:              atLeast(1, "SERVICE"),
		ValidArgsFunction: completeServices(o),
		RunE: func(cmd *cobra.Command, args []string) error {
			refs, err := o.serviceRefs(args, "abort takes the traffic from all of them")
			if err != nil {
				return err
			}
			return each(m, cmd, args, refs, func(ctx context.Context, ref rio.Ref) error {
				return m.change(ctx, ref, decide(func(s rio.Service) (rio.Service, error) {
					next, err := plan.Abort(s)
					if err == nil {
						m.describeSplit(s, next)
					}
					return next, err
				}))
			})
		},
	}
	m.addFlags(cmd)
	return cmd
}
