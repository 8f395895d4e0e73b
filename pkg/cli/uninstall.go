package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/controlplane"
)

var uninstallExample = `
  # Take out what install brought; refused while services run
  kubectl rio uninstall

  # Take out the services, too; asks first
  kubectl rio uninstall --purge`

func newUninstallCmd(o *Options) *cobra.Command {
	var uninstall controlplane.UninstallOptions
	var timeout time.Duration
	var yes bool
	cmd := &cobra.Command{
		Use: "uninstall", Short: "Remove what install brought from the cluster",
		Long: `Remove what install brought from the cluster, Istio only if install brought it, and wait until it is gone. This ends all traffic through the gateway,
and is refused while services or routes of kubectl rio exist, or others use the Istio that install brought, and where another tool applied the chart.
Namespaces of stacks stay. A namespace that install made is kept if others have objects in it, and the output names it.`,
		Example: uninstallExample, Args: exactly(0, "none"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := mayPass("timeout", timeout, "5m"); err != nil {
				return err
			}
			switch {
			case yes && !uninstall.Purge:
				return usagef("--yes says that services may go, and goes with --purge")
			case uninstall.Purge && !yes && !o.mayAsk():
				return usagef("--purge removes services, and there is no terminal to ask on; if that is meant: kubectl rio uninstall --purge --yes")
			case !yes:
				uninstall.Confirm = o.confirmPurge
			}
			uninstall.Options = o.controlplane(timeout)
			if err := controlplane.Uninstall(cmd.Context(), uninstall); err != nil {
				return err
			}
			_, err := fmt.Fprintln(o.Out, controlplane.ID)
			return err
		},
	}
	f := cmd.Flags()
	f.BoolVar(&uninstall.Purge, "purge", false, "also remove all services that kubectl rio made, in all stacks; asks first")
	f.BoolVarP(&yes, "yes", "y", false, "do not ask before --purge removes services")
	f.BoolVar(&uninstall.KeepIstio, "keep-istio", false, "keep Istio, even if install brought it")
	f.DurationVar(&timeout, "timeout", 5*time.Minute, "how long to wait at most")
	f.BoolVarP(&o.Quiet, "quiet", "q", false, "print nothing but the result")
	return cmd
}

var errNotConfirmed = errors.New("nothing was removed")

// confirmPurge shows the services and wants a yes.
func (o *Options) confirmPurge(services []string) error {
	ok, err := o.yes(fmt.Sprintf("remove, with all revisions: %s?", strings.Join(services, ", ")))
	if err == nil && !ok {
		return errNotConfirmed
	}
	return err
}
