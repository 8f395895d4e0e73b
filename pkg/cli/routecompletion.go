package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// completeRoutes offers the hosts of the stack in use that have routes.
func completeRoutes(o *Options) completer {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return o.complete(cobra.ShellCompDirectiveNoFileComp, func(ctx context.Context, client *cluster.Client, own string) ([]string, error) {
			sets, err := client.ListRoutes(ctx, own)
			var hosts []string
			for _, set := range sets {
				hosts = append(hosts, printer.RouteHost(set, own))
			}
			return startingWith(hosts, typed), err
		})
	}
}

// completeRouteAdd offers first a host, then an action, then services for the actions that
// lead to one.
func completeRouteAdd(o *Options) completer {
	hosts, services := completeRoutes(o), completeServices(o)
	actions := []string{rio.ActionTo, rio.ActionMirror, rio.ActionRedirect, rio.ActionRewrite}
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		switch {
		case len(args) == 0:
			return hosts(cmd, args, typed)
		case len(args) == 1:
			return startingWith(actions, typed), cobra.ShellCompDirectiveNoFileComp
		case args[1] == rio.ActionTo || args[1] == rio.ActionMirror && len(args) == 2:
			return services(cmd, args, typed)
		}
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
}
