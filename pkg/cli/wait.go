package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

const waitLong = `Wait until services, single revisions of them or all services of a stack exist and are in the state that --for names, and print NAMESPACE:SERVICE of
each when it gets there. A name alone is a service's, a stack is STACK/ or -t stack STACK; a service without a revision means its latest. The command
only watches, and changes nothing.

STATE is one that ps shows: active (all pods are ready; for a stack, not counting what is scaled to 0), inactive, pending, updating, removing or
error; or it is ready (the rollout is complete, also at a scale of 0), gone (neither it nor any of its pods is left; without a revision, all of the
service), or weight=PERCENT, as set. With several, all must hold at the same time.

Exits with code 3 when the time is over, and says in which state the missing ones are. A pod that can never start ends a wait for active or ready at
once.`

func newWaitCmd(o *Options) *cobra.Command {
	w := waiting{o: o}
	var goals []string
	var kind string
	timeout := 10 * time.Minute
	cmd := &cobra.Command{
		Use:   "wait SERVICE[:REVISION]|STACK/...",
		Short: "Wait until services or stacks reach a state",
		Long:  waitLong,
		Example: `
  # Until it is there, and all its pods are ready
  kubectl rio wait foobar

  # Until somebody else's release has come so far
  kubectl rio wait --for ready --for weight=30% foobar:v2

  # Until all of a stack is up, or gone
  kubectl rio wait shop/
  kubectl rio wait --for gone --timeout 1m shop/`,
		Args:              atLeast(1, "SERVICE[:REVISION] or STACK/"),
		ValidArgsFunction: completeTyped(o),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := mayPass("timeout", timeout, "10m"); err != nil {
				return err
			}
			for _, text := range goals {
				g, err := plan.ParseGoal(text)
				if err != nil {
					return usageError(err)
				}
				w.goals = append(w.goals, g)
			}
			if _, err := parseAll(o, args, refOrStack); err != nil {
				return err
			}
			var err error
			if w.client, err = o.client(cmd.Name()); err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), timeout)
			defer cancel()
			refs, err := w.meant(ctx, args, kind)
			if err != nil {
				return err
			}
			return w.wait(ctx, refs)
		},
	}
	f := cmd.Flags()
	f.StringArrayVar(&goals, "for", []string{rio.StateActive}, "`STATE` to wait for: active, inactive, pending, updating, removing, error, ready, gone or weight=PERCENT; may be repeated, and all must hold")
	f.DurationVar(&timeout, "timeout", timeout, "how long to wait at most")
	f.StringVarP(&kind, "type", "t", "", "what each NAME is: service, or stack, which STACK/ says too (default service)")
	completeFlag(cmd, "type", typeService, typeStack)
	f.BoolVarP(&o.Quiet, "quiet", "q", false, "print nothing but the result")
	return cmd
}
