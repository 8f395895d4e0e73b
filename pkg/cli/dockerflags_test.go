package cli

import (
	"regexp"
	"slices"
	"testing"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// What is written in place of a flag of docker's must be one of ours, and what is ours needs nothing in place.
func TestDockerFlags(t *testing.T) {
	root := NewRootCmd(NewOptions(genericiooptions.NewTestIOStreamsDiscard()))
	named := regexp.MustCompile(`(?:^|[ :])(--?[a-z][-a-z]*)`)
	for _, verb := range []string{"run", "create", "stage"} {
		cmd, _, err := root.Find([]string{verb})
		if err != nil {
			t.Fatal(err)
		}
		for flag, instead := range dockerFlags {
			if has(cmd, "--"+flag) || has(cmd, "-"+flag) {
				t.Errorf("%s has %q", verb, flag)
			}
			if flag == "rm" { // another program's
				continue
			}
			for _, m := range named.FindAllStringSubmatch(instead, -1) {
				if ours := []string{"--detach", "-it", "--name"}; !has(cmd, m[1]) && !slices.Contains(ours, m[1]) {
					t.Errorf("%s has no %s, which is to be written for %q", verb, m[1], flag)
				}
			}
		}
	}
}

func has(cmd *cobra.Command, flag string) bool {
	if len(flag) == 2 {
		return cmd.Flags().ShorthandLookup(flag[1:]) != nil
	}
	return len(flag) > 2 && flag[:2] == "--" && cmd.Flags().Lookup(flag[2:]) != nil
}
