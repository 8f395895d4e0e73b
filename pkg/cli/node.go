package cli

import (
	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
)

func newNodeCmd(o *Options) *cobra.Command {
	return listGroup(newNodeLsCmd(o), "node", "List nodes",
		"Nodes are the machines of the cluster. Without a subcommand, nodes are listed. To take a node out of service, use kubectl drain and kubectl delete node.",
		"\n  kubectl rio node ls")
}

func newNodeLsCmd(o *Options) *cobra.Command {
	var ids bool
	list := listFlags{kind: "Node"}
	cmd := &cobra.Command{
		Use:   "ls",
		Short: "List nodes",
		Long: `List the nodes of the cluster. STATE is active, cordoned (no new pods are put there), removing or error; ADDRESS is INTERNAL/EXTERNAL; DETAIL says why one
is not ready, or what it is short of. Fields, for templates: id, name, state, internal, external, created, labels, detail.`,
		Example: `
  kubectl rio node ls

  # Those that --node-require disk=ssd would take
  kubectl rio node ls -l disk=ssd -q`,
		Args: exactly(0, "none"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, _, err := list.begin(o, "node ls")
			if err != nil {
				return err
			}
			nodes, err := client.Nodes(cmd.Context(), list.selector)
			if err != nil {
				return err
			}
			rows := printer.Nodes(nodes)
			return list.print(o, rows, func(bool) error { return printer.NodeTable(o.Out, rows, ids) })
		},
	}
	list.add(cmd)
	addIDs(cmd, &ids)
	cmd.Flags().StringVarP(&list.selector, "selector", "l", "", "only nodes with these `LABELS`, for example disk=ssd")
	return cmd
}
