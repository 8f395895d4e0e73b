package cli

import "github.com/spf13/cobra"

var upgradeExample = `
  # Bring the cluster to what this plugin brings
  kubectl rio upgrade

  # See what would change
  kubectl rio upgrade --dry-run`

func newUpgradeCmd(o *Options) *cobra.Command {
	var flags setupFlags
	cmd := &cobra.Command{
		Use: "upgrade", Short: "Upgrade the cluster to the versions of this plugin",
		Long: `Upgrade the cluster to the versions that this plugin brings: the chart rio, and Istio only if install brought it. Settings are kept. Services keep
serving, and their pods are not restarted; sidecars of an older Istio stay until their pods are replaced. A plugin that is older than the chart in the
cluster refuses to upgrade it, and an Istio that is newer than the plugin's stays.`,
		Example: upgradeExample, Args: exactly(0, "none"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			flags.install.Upgrade = true
			return o.setUp(cmd, &flags)
		},
	}
	flags.add(o, cmd)
	return cmd
}
