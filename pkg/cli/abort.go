package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func newAbortCmd(o *Options) *cobra.Command {
	m := newMutation(o)
	cmd := &cobra.Command{
		Use:   "abort SERVICE...",
		Short: "Give latest all the traffic, at once",
		Long:  "Take the traffic from all staged revisions of a service, in one write. They stay, with 0%, to be looked at and weighted again.",
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
			ctx, done, err := m.begin(cmd, args)
			if err != nil {
				return err
			}
			defer done()
			var errs []error
			for _, ref := range refs {
				errs = append(errs, m.change(ctx, ref, decide(func(s rio.Service) (rio.Service, error) {
					next, err := plan.Abort(s)
					if err == nil {
						m.describeSplit(s, next)
					}
					return next, err
				})))
			}
			return errors.Join(errs...)
		},
	}
	m.addFlags(cmd)
	return cmd
}
