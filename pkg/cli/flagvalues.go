package cli

import (
	"context"
	"maps"
	"slices"

	"github.com/spf13/cobra"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
)

// flagValues are the words of flags that take one of a few, in every command that has the flag.
var flagValues = map[string][]string{
	"access-mode":         {"readWriteOnce", "readWriteMany", "readOnlyMany", "readWriteOncePod"},
	"confirm":             {confirmGateways, confirmMesh},
	"deployment-strategy": {"parallel", "ordered"},
	"for":                 {"active", "inactive", "pending", "updating", "removing", "error", "ready", "gone", "weight="},
	"format":              {"json", "jsoncompact", "yaml"},
	"image-pull-policy":   {"always", "never", "not-present"},
	"ipc":                 {"host", "default"},
	"network":             {"host", "default"},
	"pid":                 {"host", "default"},
	"restart":             {"always", "unless-stopped"},
	"update-order":        {"start-first", "stop-first"},
	"update-strategy":     {"rolling", "on-delete"},
}

// completeValues offers them in a command and all below it.
func completeValues(cmd *cobra.Command) {
	for flag, values := range flagValues { // not by cobra's lists of flags, which it makes anew for each command at each start
		if cmd.Flags().Lookup(flag) != nil {
			completeFlag(cmd, flag, values...)
		}
	}
	for _, below := range cmd.Commands() {
		completeValues(below)
	}
}

// completeConnection offers what the kubeconfig has, as kubectl does.
func completeConnection(root *cobra.Command, o *Options) {
	for flag, names := range map[string]func(*clientcmdapi.Config) []string{
		"context": func(c *clientcmdapi.Config) []string { return slices.Sorted(maps.Keys(c.Contexts)) },
		"cluster": func(c *clientcmdapi.Config) []string { return slices.Sorted(maps.Keys(c.Clusters)) },
		"user":    func(c *clientcmdapi.Config) []string { return slices.Sorted(maps.Keys(c.AuthInfos)) },
	} {
		completeFlagBy(root, flag, func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
			config, err := o.Config.ToRawKubeConfigLoader().RawConfig()
			if err != nil {
				return nil, cobra.ShellCompDirectiveError
			}
			return startingWith(names(&config), typed), cobra.ShellCompDirectiveNoFileComp
		})
	}
}

// completeStacks offers stacks.
func completeStacks(o *Options) completer {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return o.complete(cobra.ShellCompDirectiveNoFileComp, func(ctx context.Context, client *cluster.Client, _ string) ([]string, error) {
			stacks, err := client.Stacks(ctx)
			var names []string
			for _, s := range stacks {
				names = append(names, s.Name)
			}
			return startingWith(names, typed), err
		})
	}
}
