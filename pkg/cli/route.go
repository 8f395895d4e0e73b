package cli

import (
	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
)

func newRouteCmd(o *Options) *cobra.Command {
	cmd := group(&cobra.Command{
		Use:   "route",
		Short: "Route traffic across the mesh",
		Long: `Route requests for a host name of its own to services: by path, header, cookie, method, query or caller.
The name is HOST.STACK inside the mesh, and HOST.STACK.DOMAIN on the gateway.`,
		Example: `
  # http://www.default.DOMAIN/api/... goes to service api
  kubectl rio route add 'www/api*' to api

  # What there is, and away with it
  kubectl rio route ls
  kubectl rio route rm www`,
	})
	cmd.AddCommand(newRouteLsCmd(o), newRouteAddCmd(o), newRouteRmCmd(o))
	return cmd
}

func newRouteLsCmd(o *Options) *cobra.Command {
	var allNamespaces, ids bool
	list := listFlags{kind: "Route"}
	cmd := &cobra.Command{
		Use:   "ls",
		Short: "List routes",
		Long:  "List routes, those of one host in the order in which they are tried. A route that does several things, as to and rewrite of a stack file, has a line for each.",
		Example: `
  # Routes of this stack
  kubectl rio route ls

  # What the routes of all stacks ask for and do, for scripts
  kubectl rio route ls -A -o json`,
		Args: exactly(0, "none"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, namespace, err := list.begin(o, "route ls")
			if err != nil {
				return err
			}
			sets, err := client.ListRoutes(cmd.Context(), scope(namespace, allNamespaces))
			if err != nil {
				return err
			}
			if len(sets) > 0 {
				gateway, err := client.Gateway(cmd.Context())
				if err != nil {
					return err
				}
				for i := range sets {
					sets[i].Entry = gateway.Entry()
				}
			}
			rows := printer.Routes(sets)
			return list.print(o, rows, func(bool) error { return printer.RouteTable(o.Out, rows, ids) })
		},
	}
	list.add(cmd)
	addIDs(cmd, &ids)
	cmd.Flags().BoolVarP(&allNamespaces, "all-namespaces", "A", false, "include all stacks")
	return cmd
}
