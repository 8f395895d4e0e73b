package cli

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/controlplane"
)

var installExample = `
  # Bring all that services need: Istio where there is none, a gateway, a webhook
  kubectl rio install

  # A cluster that has no load balancer: the gateway listens on the nodes' port 80
  kubectl rio install --host-port

  # Publish services under your own domain, and read first what would be installed
  kubectl rio install --domain apps.example.com --dry-run=client`

func newInstallCmd(o *Options) *cobra.Command {
	var install controlplane.InstallOptions
	var timeout time.Duration
	var hostPort bool
	dryRun := dryRunNone
	cmd := &cobra.Command{
		Use: "install", Short: "Bring Istio, where it is missing, and the gateway into the cluster",
		Long: `Bring Istio, where it is missing, and the gateway into the cluster. Running services are not touched. It needs Kubernetes 1.32 or newer and
the rights of a cluster administrator. Again, it changes what its flags say and leaves the rest; killed half way and repeated, it finishes.`,
		Example: installExample, Args: exactly(0, "none"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if rehearse, err := clientDryRun(dryRun); err != nil {
				return err
			} else if rehearse {
				install.Manifests = o.Out
			}
			if cmd.Flags().Changed("host-port") {
				install.HostPort = &hostPort
			}
			install.Options = o.controlplane(timeout)
			if err := controlplane.Install(cmd.Context(), install); err != nil || install.Manifests != nil {
				return err
			}
			_, err := fmt.Fprintln(o.Out, controlplane.ID)
			return err
		},
	}
	f := cmd.Flags()
	f.StringVar(&install.IstioCharts, "istio-charts", controlplane.IstioRepository, "directory with Istio's charts base and istiod, or the URL of a chart repository")
	f.StringArrayVar(&install.IstioValues, "istio-values", nil, "file of values for Istio's chart istiod; may be repeated")
	f.StringArrayVarP(&install.Values, "values", "f", nil, "file of values for the chart rio; may be repeated")
	f.StringArrayVar(&install.Set, "set", nil, "a value for the chart rio, as gateway.replicas=2; may be repeated")
	f.StringVar(&install.Domain, "domain", "", "publish services as SERVICE.STACK.DOMAIN; without it, the load balancer's address makes one")
	f.BoolVar(&hostPort, "host-port", false, "let the gateway listen on the nodes' own ports, where there is no load balancer")
	addClientDryRun(cmd, &dryRun, "print what would be installed, and install nothing")
	f.DurationVar(&timeout, "timeout", 5*time.Minute, "how long to wait at most")
	f.BoolVarP(&o.Quiet, "quiet", "q", false, "print nothing but the result")
	return cmd
}

// controlplane joins the cluster's set-up to the streams and progress lines of this one.
func (o *Options) controlplane(timeout time.Duration) controlplane.Options {
	show := o.progress()
	return controlplane.Options{
		Getter: o.Config, Timeout: timeout,
		Talk: o.talk,
		Begin: func(step string) (update, end func(string)) {
			l := show.begin(step)
			return l.update, l.end
		},
	}
}
