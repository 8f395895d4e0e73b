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
		Short: "Set the weight of all staged revisions to 0%, at once",
		Long:  "Set the weight of all staged revisions of a service to 0%, in one write; latest gets their share. The revisions stay, so you can inspect them and give them a weight again; users whom --match leads to one still reach it. During a promotion, use undo instead.",
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
