package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// GroupAnnotation says under which heading help shows a flag.
const GroupAnnotation = "kubectl-rio/group"

// FlagGroups are the headings, in their order.
func FlagGroups() []string {
	var groups []string
	for _, row := range podTable() {
		if !slices.Contains(groups, row.group) {
			groups = append(groups, row.group)
		}
	}
	return groups
}

// groupHelp has the usage of a command show its flags under headings: those without a group
// first, which are the command's own.
func groupHelp(cmd *cobra.Command) {
	cmd.SetUsageFunc(func(cmd *cobra.Command) error {
		var b strings.Builder
		fmt.Fprintf(&b, "Usage:\n  %s\n", cmd.UseLine())
		if cmd.HasExample() {
			fmt.Fprintf(&b, "\nExamples:\n%s\n", strings.Trim(cmd.Example, "\n"))
		}
		byGroup := map[string]*pflag.FlagSet{}
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			group := strings.Join(f.Annotations[GroupAnnotation], "")
			if byGroup[group] == nil {
				byGroup[group] = pflag.NewFlagSet(group, pflag.ContinueOnError)
			}
			byGroup[group].AddFlag(f)
		})
		for _, group := range append([]string{""}, FlagGroups()...) {
			if set := byGroup[group]; set != nil {
				fmt.Fprintf(&b, "\n%s:\n%s", cmp.Or(group, "Flags"), set.FlagUsages())
			}
		}
		if cmd.HasAvailableInheritedFlags() {
			fmt.Fprintf(&b, "\nConnection:\n%s", cmd.InheritedFlags().FlagUsages())
		}
		_, err := fmt.Fprint(cmd.OutOrStdout(), b.String())
		return err
	})
}
