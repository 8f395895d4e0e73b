package cli

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/controlplane"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
)

const checkLong = `Check the server, your rights, Istio, the release and what was changed in it since, the load balancer, the gateway, the domain, the webhook and its
certificate, the policies, nodes and stacks, and report what is wrong with each, with the command that helps. All findings are listed in
` + docsURL + `troubleshooting.md.
Before an install, it reports what that would need and bring.

Exits with code 1 if something is broken. It changes nothing.

` + findingFields

func newCheckCmd(o *Options) *cobra.Command {
	out := findingFlags{}
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check the cluster's set-up, or what install would need",
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
