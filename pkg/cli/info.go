package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/controlplane"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
)

var infoExample = `
  # Where services are published, and what is installed in which version
  kubectl rio info

  # For scripts
  kubectl rio info -o json
  kubectl rio info -o jsonpath={.domain}`

func newInfoCmd(o *Options) *cobra.Command {
	var as form
	cmd := &cobra.Command{
		Use: "info", Short: "Show where services are published, and what is installed",
		Long:    "Show where services are published, and what is installed in which version. What you are not allowed to see is listed as unseen.",
		Example: infoExample, Args: exactly(0, "none"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if as.output == "name" {
				return usagef("invalid --output %q: info has no name; want %s", as.output, printed)
			}
			if as.output != "" {
				if _, err := as.printer(); err != nil {
					return usageError(err)
				}
			}
			info, err := controlplane.ReadInfo(cmd.Context(), o.controlplane(0))
			if err != nil {
				return err
			}
			info.Plugin = version
			if as.output == "" {
				return printer.Fields(o.connection().to(o.Out), infoFields(info))
			}
			return as.printOne(o, "Info", &info)
		},
	}
	cmd.Flags().StringVarP(&as.output, "output", "o", "", printed)
	completeFlag(cmd, "output", "json", "yaml", "jsonpath", "go-template", "custom-columns")
	return cmd
}

// infoFields is an Info as people read it.
func infoFields(i controlplane.Info) []printer.Field {
	gateway := i.Gateway.Name
	if gateway != "" {
		gateway += ", at " + strings.Join(i.Gateway.Addresses, ", ")
		if len(i.Gateway.Addresses) == 0 {
			gateway = i.Gateway.Name + ", without an address"
		}
		gateway += ", open " + strings.Join(i.Gateway.Ports, ", ")
	}
	chart := i.Chart
	if chart == "" {
		chart = "not installed; bring it: kubectl rio install"
	}
	istio := i.Istio.Version
	if i.Istio.Mode != "" {
		istio = strings.TrimSpace(fmt.Sprintf("%s (%s mode, revision %s)", istio, i.Istio.Mode, i.Istio.Revision))
	}
	return []printer.Field{
		{Name: "domain", Value: i.Domain},
		{Name: "gateway", Value: gateway},
		{Name: "plugin", Value: i.Plugin},
		{Name: "chart", Value: chart},
		{Name: "istio", Value: istio},
		{Name: "kubernetes", Value: i.Kubernetes},
		{Name: "labels", Value: i.Labels},
		{Name: "stacks", Value: number(i.Stacks)},
		{Name: "services", Value: number(i.Services)},
		{Name: "unseen", Value: strings.Join(i.Unseen, ", ")},
	}
}

func number(n *int) string {
	if n == nil {
		return ""
	}
	return fmt.Sprint(*n)
}
