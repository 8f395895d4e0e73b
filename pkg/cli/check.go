package cli

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/controlplane"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
)

const checkLong = `Look at the server, your rights, Istio, the release and what was changed of it since, the load balancer, the gateway, the domain, the webhook and
its certificate, the policies, nodes and stacks, and say what is wrong with each and the command that helps; docs/troubleshooting.md lists
it all. Before an install it says what that would need and bring.

Ends with code 1 where something is broken. It changes nothing.

` + findingFields

func newCheckCmd(o *Options) *cobra.Command {
	out := findingFlags{}
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Look for what is wrong with the cluster's set-up, or what install would need",
		Long:  checkLong,
		Example: `
  # Is all well?
  kubectl rio check

  # For scripts: what is broken
  kubectl rio check -o jsonpath='{.items[?(@.level=="fail")].id}'`,
		Args: exactly(0, "none"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := out.validate(); err != nil {
				return err
			}
			client, err := o.client(cmd.Name())
			if err != nil {
				return err
			}
			setup, err := controlplane.ReadSetup(cmd.Context(), o.controlplane(time.Minute), client)
			if err != nil {
				return err
			}
			found := plan.CheckCluster(setup, o.Now())
			if err := out.print(o, "Check", o.context(), "", found); err != nil {
				return err
			}
			return broken(found, "the cluster's set-up")
		},
	}
	out.add(cmd)
	return cmd
}
