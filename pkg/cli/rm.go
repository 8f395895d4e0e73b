package cli

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func newRmCmd(o *Options) *cobra.Command {
	m := newMutation(o)
	m.limits = limitsAnswered
	var force, yes bool
	var kind string
	cmd := &cobra.Command{
		Use:   "rm SERVICE[:REVISION]|STACK/...",
		Short: "Delete a service, one revision of it, or a stack",
		Long: `Delete services with all their revisions, which ends their traffic, or single staged revisions. A revision that carries traffic is deleted only with
--force, which gives its share to latest first. Routes are deleted before what they lead to. The namespace stays; STACK/ deletes it with all that is
in it, if it was made as a stack, after asking on a terminal; a script passes --yes. With --type, NAME is something else, and goes as its own command
deletes it, for example config rm; a pod, SERVICE/POD, is made again by its service.`,
		Example: `
  # A service with all its revisions
  kubectl rio rm foobar

  # Only its staged revision v2
  kubectl rio rm foobar:v2

  # A pod of it, which Kubernetes makes again
  kubectl rio rm -t pod foobar/f6985f578-schpv`,
		Args:              atLeast(1, "SERVICE[:REVISION]"),
		ValidArgsFunction: completeTyped(o),
		RunE: func(cmd *cobra.Command, args []string) error {
			if kind != "" && kind != typeService {
				return m.removeTyped(cmd, args, kind, force, yes)
			}
			parse := refOrStack
			if kind == typeService {
				parse = rio.ParseRef
			}
			refs, err := parseOnce(o, args, parse)
			if err != nil {
				return err
			}
			// one slash makes the difference, as where a script's variable for the service is empty
			if i := slices.IndexFunc(refs, func(r rio.Ref) bool { return r.Service == "" }); i >= 0 && !yes && m.dryRun == dryRunNone && !o.mayAsk() {
				stack := refs[i].Namespace + "/"
				return usagef("%q is a stack with all that is in its namespace, and there is no terminal to ask on; if that is meant: kubectl rio rm --yes %s", stack, stack)
			}
			return m.removeAll(cmd, args, refs, yes, func(ctx context.Context, ref rio.Ref) error {
				m.removal = ref.Revision == "" // of a revision, what stays is the result
				if ref.Revision != "" && m.dryRun == dryRunNone {
					return m.removeRevision(ctx, ref, force)
				}
				return m.change(ctx, ref, verb{decide: func(s cluster.Snapshot) (rio.Service, error) {
					if m.removal && s.LeftOver() {
						return s.Service, plan.MayLeave([]rio.Service{s.Service}, s.Service.Routes)
					}
					return plan.Remove(s.Service, ref.Revision, force)
				}})
			})
		},
	}
	m.addFlags(cmd)
	f := cmd.Flags()
	f.BoolVarP(&force, "force", "f", false, "also delete a revision that carries traffic; its share goes to latest, and it is deleted once the gateways serve that")
	f.BoolVarP(&yes, "yes", "y", false, "do not ask before a stack is deleted")
	f.StringVarP(&kind, "type", "t", "", "what NAME is: service (when not given, also STACK/), stack, route, config, secret, volume or pod")
	completeFlag(cmd, "type", typeService, typeStack, typeRoute, typeConfig, typeSecret, typeVolume, typePod)
	return cmd
}

// removeRevision takes the steps of plan.RemoveSteps, each from what the cluster holds then.
func (m *mutation) removeRevision(ctx context.Context, ref rio.Ref, force bool) error {
	m.wait = true // a step is safe only when the one before it is done
	var all []manifest.Object
	for first := true; ; first = false {
		var step plan.Step
		result, err := m.apply(ctx, ref, verb{decide: func(s cluster.Snapshot) (_ rio.Service, err error) {
			if step, err = plan.RemoveSteps(s.Service, ref.Revision, force); err != nil {
				return step.Target, err
			}
			m.moreSteps = !step.Last
			if first {
				if err := m.confirmEarlier(ctx, s.Service); err != nil {
					return step.Target, err
				}
			}
			_, err = m.rehearseLater(ctx, step.Rehearse, s)
			return step.Target, err
		}})
		if err != nil {
			return err
		}
		all = append(all, result...)
		if step.Last {
			return m.print(ref, all)
		}
	}
}
