package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/controlplane"
)

var installExample = `
  # Bring all that services need: Istio where there is none, a gateway, a webhook
  kubectl rio install

  # A cluster that has no load balancer: the gateway listens on the nodes' port 80
  kubectl rio install --host-port

  # Publish services under your own domain, with certificates of cert-manager
  kubectl rio install --domain apps.example.com --issuer letsencrypt

  # See what would change; write all of it for a GitOps tool
  kubectl rio install --dry-run
  kubectl rio install --domain apps.example.com -o yaml`

func newInstallCmd(o *Options) *cobra.Command {
	var flags setupFlags
	cmd := &cobra.Command{
		Use: "install", Short: "Install the gateway, and Istio where it is missing",
		Long: `Install the gateway in the cluster, and Istio where it is missing. Running services are not touched. It needs Kubernetes 1.32 or newer and the rights
of a cluster administrator, and checks both before it writes anything. An Istio that is there is used as it is, whatever its revision. Run again, it
changes what its flags say and leaves the rest; if it was interrupted, it finishes.`,
		Example: installExample, Args: exactly(0, "none"),
		RunE: func(cmd *cobra.Command, _ []string) error { return o.setUp(cmd, &flags) },
	}
	flags.add(o, cmd)
	flags.addReach(cmd)
	return cmd
}

// setUp is install and upgrade.
func (o *Options) setUp(cmd *cobra.Command, flags *setupFlags) error {
	install, err := flags.options(o, cmd)
	if err != nil {
		return err
	}
	if err := controlplane.Install(cmd.Context(), install); err != nil || install.Manifests != nil {
		return err
	}
	id := controlplane.ID
	if install.DryRun {
		id += " (client dry run)"
	}
	_, err = fmt.Fprintln(o.Out, id)
	return err
}
