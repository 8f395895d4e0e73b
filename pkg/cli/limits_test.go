package cli

import (
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// The words of a flag and what a verb does with it are one.
func TestTimeoutSaysWhatItLimits(t *testing.T) {
	for verb, want := range map[string]string{
		"scale":    "how long the whole command may take",
		"undo":     "how long the whole command may take",
		"weight":   "how long the whole command may take; with --step, each step of it",
		"promote":  "how long each promotion may take, and each step of --gradual before it",
		"release":  "how long each release may take, without the time in which it asks",
		"adopt":    "how long the command may take, without the time in which it asks",
		"rm":       "how long the command may take, without the time in which it asks",
		"stack rm": "how long the command may take, without the time in which it asks",
		"up":       "how long it may take to bring the stacks up, once it has asked",
		"edit":     "how long it may take to bring up what was saved",
	} {
		cmd, _, err := NewRootCmd(NewOptions(genericiooptions.NewTestIOStreamsDiscard())).Find(strings.Fields(verb))
		if err != nil {
			t.Fatal(err)
		}
		if got := cmd.Flags().Lookup("timeout").Usage; got != want {
			t.Errorf("%s: %q, want %q", verb, got, want)
		}
	}
}
