package cli

import (
	"context"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func newScaleCmd(o *Options) *cobra.Command {
	m := newMutation(o)
	cmd := &cobra.Command{
		Use:   "scale SERVICE[:REVISION]=N...",
		Short: "Scale a service",
		Long: `Set the number of pods, 0 to 100000, of a service's latest, or of the named revision. With MIN-MAX, an autoscaler chooses the number for latest, by
the CPU used relative to the CPU that its pods reserve (--cpus of run and stage); a number given later holds the autoscaler to it. Weights do not
change, so each revision keeps its share.
If another autoscaler has set another number, the command reports a conflict. Workloads of other tools, a service that is being promoted, and 0 pods
for a revision that requests are led to are refused; for a latest that has all of them, 0 switches the service off.`,
		Example: `
  # Three pods of latest
  kubectl rio scale foobar=3

  # Two to five of latest, by the CPU that they use; run --cpus had them reserve some
  kubectl rio scale foobar=2-5

  # Two of the staged revision v2
  kubectl rio scale foobar:v2=2

  # Several services
  kubectl rio scale foobar=3 other=1`,
		Args:              atLeast(1, "SERVICE[:REVISION]=N, for example: foobar=3"),
		ValidArgsFunction: completeServices(o),
		RunE: func(cmd *cobra.Command, args []string) error {
			list, err := amounts(o, args, rio.ParseScale)
			if err != nil {
				return err
			}
			return each(m, cmd, args, list, func(ctx context.Context, w wanted[rio.Scale]) error {
				revisions := slices.Sorted(maps.Keys(w.byRevision))
				v := decide(func(s rio.Service) (next rio.Service, err error) {
					next = s
					for _, revision := range revisions {
						if next, err = plan.Scale(next, revision, w.byRevision[revision]); err != nil {
							return s, err
						}
					}
					return next, nil
				})
				v.of = revisions
				return m.change(ctx, w.ref, v)
			})
		},
	}
	m.addFlags(cmd)
	return cmd
}
