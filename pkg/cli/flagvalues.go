package cli

import (
	"context"
	"maps"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
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

// fileFlags take the name of a file or directory of this machine, which the shell completes.
var fileFlags = []string{
	"answers", "cache-dir", "certificate-authority", "client-certificate", "client-key", "dir", "env-file", "file", "istio-charts", "istio-values",
	"kubeconfig", "label-file", "template", "values",
}

// completeFiles has the shell complete an argument after these many others.
func completeFiles(after int) completer {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) < after {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return nil, cobra.ShellCompDirectiveDefault
	}
}

// plainUsages takes out the quotes of flags' usages, in a command and all below it: help reads them,
// and completion shows them as they stand.
func plainUsages(cmd *cobra.Command) {
	plain := func(f *pflag.Flag) { _, f.Usage = pflag.UnquoteUsage(f) }
	cmd.Flags().VisitAll(plain)
	cmd.PersistentFlags().VisitAll(plain)
	for _, below := range cmd.Commands() {
		plainUsages(below)
	}
}

// completeValues offers both in a command and all below it. Of what has no completer nothing is offered.
func completeValues(cmd *cobra.Command) {
	for _, flag := range fileFlags {
		if cmd.Flags().Lookup(flag) != nil || cmd.PersistentFlags().Lookup(flag) != nil {
			completeFlagBy(cmd, flag, completeFiles(0))
		}
	}
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
