package cli

import (
	"os"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// What the arguments alone show is said before the cluster is asked, and no more of a file than where.
func TestArgumentsThatAreRefusedHere(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("vars", []byte("A=1\n2FA_SECRET=hush\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{
		"config ls|-l|a in":         `invalid --selector "a in": `,
		"secret ls|-l|a in":         `invalid --selector "a in": `,
		"volume|-l|a in":            `invalid --selector "a in": `,
		"node ls|-l|a in":           `invalid --selector "a in": `,
		"why shop/":                 `invalid name "shop/": it is a stack, want [STACK/]SERVICE[:REVISION]; what is in it: kubectl rio ps -n shop`,
		"get pods":                  `unknown command "get"; did you mean: ps?`,
		"describe web":              `unknown command "describe"; did you mean: inspect, why?`,
		"rollout undo web":          `unknown command "rollout"; did you mean: history, promote?`,
		"run --env-file vars nginx": `invalid --env-file "vars": line 2: a valid environment variable name`,
	} {
		words := strings.Split(args, "|")
		got := try(t, append(strings.Fields(words[0]), words[1:]...)...)
		if got.Code != exitUsage || !strings.HasPrefix(got.Err, "error: "+want) || strings.Contains(got.Err, "hush") {
			t.Errorf("%s: exit code %d, %s", args, got.Code, got.Err)
		}
	}
}

// A name that were a command's own would never be answered, and that of no command has no answer.
func TestWhatIsCalledOtherwiseElsewhere(t *testing.T) {
	names := map[string]bool{}
	for _, cmd := range NewRootCmd(NewOptions(genericiooptions.NewTestIOStreamsDiscard())).Commands() {
		names[cmd.Name()] = true
	}
	for name, others := range elsewhere {
		for _, other := range others {
			if !names[name] || names[other] {
				t.Errorf("%s for %s", name, other)
			}
		}
	}
}
