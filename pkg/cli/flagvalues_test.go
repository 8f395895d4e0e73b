package cli

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// Where there are a few words, Tab offers them, all of which the flag's help has, and no files.
func TestFlagsWithFewValuesAreCompleted(t *testing.T) {
	seen := map[string]bool{}
	for _, cmd := range everyCommand(NewRootCmd(NewOptions(genericiooptions.NewTestIOStreamsDiscard()))) {
		cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
			values := flagValues[f.Name]
			if values == nil && f.Name != "output" && f.Name != "dry-run" && f.Name != "type" || f.Hidden {
				return
			}
			seen[f.Name] = true
			offer, found := cmd.GetFlagCompletionFunc(f.Name)
			if !found {
				t.Errorf("%s --%s offers files", cmd.CommandPath(), f.Name)
				return
			}
			offered, directive := offer(cmd, nil, "")
			if len(offered) == 0 || directive != cobra.ShellCompDirectiveNoFileComp {
				t.Errorf("%s --%s offers %q, directive %d", cmd.CommandPath(), f.Name, offered, directive)
			}
			for _, value := range values {
				if !strings.Contains(f.Usage, value) {
					t.Errorf("%s --%s: its help does not know %s", cmd.CommandPath(), f.Name, value)
				}
			}
		})
	}
	for name := range flagValues {
		if !seen[name] {
			t.Errorf("there is no --%s", name)
		}
	}
}
