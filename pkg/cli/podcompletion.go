package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// completePods offers services and revisions, and behind one and a slash its pods. What stands before the slash
// may be a stack, too.
func completePods(o *Options) completer {
	services := completeServices(o)
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		found, directive := services(cmd, args, typed)
		slash := strings.LastIndex(typed, "/")
		if slash < 0 || cmd.Name() == "exec" && len(args) > 0 {
			return found, directive
		}
		pods, also := o.complete(cobra.ShellCompDirectiveNoFileComp, func(ctx context.Context, client *cluster.Client, own string) ([]string, error) {
			ref, err := rio.ParseRef(typed[:slash], own)
			if err != nil {
				return nil, err
			}
			pods, err := client.Pods(ctx, ref)
			if strings.Contains(typed[:slash], "/") {
				own = ""
			}
			var names []string
			for _, c := range printer.Containers(pods, own, false) {
				names = append(names, c.Name)
			}
			return startingWith(names, typed), err
		})
		if len(pods) > 0 {
			return append(found, pods...), also
		}
		return found, directive
	}
}

// completeContainers offers those of the pods of the service that stands before the flag, else of all
// of the stack in use.
func completeContainers(cmd *cobra.Command, o *Options) {
	completeFlagBy(cmd, "container", func(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		return o.complete(cobra.ShellCompDirectiveNoFileComp, func(ctx context.Context, client *cluster.Client, own string) ([]string, error) {
			ref := rio.PodRef{Ref: rio.Ref{Namespace: own}}
			if len(args) > 0 {
				refs, err := o.podRefs(args[:1], "")
				if err != nil {
					return nil, err
				}
				ref = refs[0]
			}
			pods, err := podsOf(ctx, client, ref)
			var names []string
			for _, pod := range pods {
				names = append(names, printer.ContainerNames(pod, true)...)
			}
			slices.Sort(names)
			return startingWith(slices.Compact(names), typed), err
		})
	})
}

// completePodFlags offers the configs, secrets and volumes that a pod may have, before the path, and
// the nodes that it may run on.
func completePodFlags(cmd *cobra.Command, o *Options) {
	completeFlagBy(cmd, "node", func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return o.complete(cobra.ShellCompDirectiveNoFileComp, func(ctx context.Context, client *cluster.Client, _ string) ([]string, error) {
			nodes, err := client.Nodes(ctx, "")
			var names []string
			for _, n := range nodes {
				names = append(names, n.Name)
			}
			return startingWith(names, typed), err
		})
	})
	for flag, names := range map[string]completer{
		"config": completeConfigs(o, rio.KindConfigMap), "secret": completeConfigs(o, rio.KindSecret), "volume": completeVolumes(o),
	} {
		completeFlagBy(cmd, flag, func(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
			found, directive := names(cmd, nil, typed)
			for i := range found {
				found[i] += ":"
			}
			return found, directive | cobra.ShellCompDirectiveNoSpace
		})
	}
}
