package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// group makes a command of one that has only commands: it explains itself, and names the
// command that was meant.
func group(cmd *cobra.Command) *cobra.Command {
	cmd.SuggestionsMinimumDistance = 2
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		hint := fmt.Sprintf("see: %s --help", cmd.CommandPath())
		if s := suggestions(cmd, args[0]); len(s) > 0 {
			hint = "did you mean: " + strings.Join(s, ", ") + "?"
		}
		return usagef("unknown command %q; %s", args[0], hint)
	}
	return cmd
}

// suggestions are the commands that are called so elsewhere, else those that are spelled alike.
func suggestions(cmd *cobra.Command, typed string) (found []string) {
	for _, c := range cmd.Commands() {
		if slices.Contains(c.SuggestFor, strings.ToLower(typed)) {
			found = append(found, c.Name())
		}
	}
	if len(found) > 0 {
		return found
	}
	return cmd.SuggestionsFor(typed)
}

// listGroup makes a command of commands on one kind of thing. Alone it lists, with the flags
// of that.
func listGroup(list *cobra.Command, use, short, long, example string, verbs ...*cobra.Command) *cobra.Command {
	cmd := group(&cobra.Command{Use: use, Short: short, Long: long, Example: example})
	cmd.RunE = list.RunE
	cmd.Flags().AddFlagSet(list.Flags())
	cmd.AddCommand(list)
	cmd.AddCommand(verbs...)
	return cmd
}
