package cli

import (
	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
)

func newHistoryCmd(o *Options) *cobra.Command {
	list := listFlags{kind: "Release"}
	cmd := &cobra.Command{
		Use:   "history SERVICE[:REVISION]",
		Short: "List the rollout history of a service",
		Long: `List the pods that latest, or the named revision, has had: number, image, when, by whom and by which command. A star marks the current one; undo
brings an earlier one back. It is the history of the Deployment, StatefulSet or DaemonSet, the same that kubectl rollout history shows. Tokens and
other connection flags are never in it; environment variables are. Fields, for templates: number, image, changed, by, command, current.`,
		Example: `
  # What latest was
  kubectl rio history foobar

  # For scripts
  kubectl rio history foobar -o jsonpath='{.items[*].image}'`,
		Args:              exactly(1, "SERVICE[:REVISION]"),
		ValidArgsFunction: completeServices(o),
		RunE: func(cmd *cobra.Command, args []string) error {
			refs, err := o.refs(args)
			if err != nil {
				return err
			}
			client, _, err := list.begin(o, cmd.Name())
			if err != nil {
				return err
			}
			snap, err := client.Load(cmd.Context(), refs[0])
			if err != nil {
				return err
			}
			revision := refs[0].RevisionName()
			if err := plan.Remembers(snap.Service, revision); err != nil {
				return orID(err, snap.Service, refs[0])
			}
			releases, err := client.History(cmd.Context(), snap.Service, revision)
			if err != nil {
				return err
			}
			rows := printer.History(releases)
			return list.print(o, rows, func(bool) error { return printer.HistoryTable(o.Out, rows, o.Now()) })
		},
	}
	list.add(cmd)
	return cmd
}
