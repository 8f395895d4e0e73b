package cli

import (
	"strings"

	"github.com/spf13/cobra"
)

// group makes a command of commands. Alone it lists, with the flags of that.
func group(list *cobra.Command, use, short, long, example string, verbs ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Long: long, Example: example, RunE: list.RunE}
	cmd.Flags().AddFlagSet(list.Flags())
	cmd.AddCommand(list)
	cmd.AddCommand(verbs...)
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		var have []string
		for _, c := range cmd.Commands() {
			have = append(have, c.Name())
		}
		return usagef("unknown command %q of %s, want %s", args[0], use, strings.Join(have, ", "))
	}
	return cmd
}
