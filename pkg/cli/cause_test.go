package cli

import (
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

func TestCommandLineIsWhatMatters(t *testing.T) {
	for typed, want := range map[string]string{
		"run --name foobar -p 80/http nginx":                            "run --name foobar --publish 80/http nginx",
		"run -e A=1 -e B=2 nginx sh -c x":                               "run --env A=1 --env B=2 nginx sh -c x",
		"run -i -t --detach --mesh=false debian":                        "run --interactive --mesh=false --tty debian",
		"stage --image httpd --timeout 3s foobar:v2":                    "stage --image httpd foobar:v2",
		"stage -e A=1 foobar:v2 -- -v --help":                           "stage --env A=1 foobar:v2 -- -v --help",
		"run --name x -- nginx sh":                                      "run --name x -- nginx sh",
		"promote foobar:v2 -q --dry-run=server -o yaml":                 "promote foobar:v2",
		"promote --token secret --context prod foobar:v2":               "promote foobar:v2",
		"promote --gradual --prometheus http://u:secret@prom foobar:v2": "promote --gradual foobar:v2",
		"undo --to 3 foobar":                                            "undo --to 3 foobar",
		"run --name long nginx " + strings.Repeat("x", 600):             "run --name long nginx " + strings.Repeat("x", maxCommand-22) + "...",
	} {
		t.Run(typed[:min(len(typed), 40)], func(t *testing.T) {
			cmd, args, err := NewRootCmd(NewOptions(genericiooptions.NewTestIOStreamsDiscard())).Find(strings.Fields(typed))
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.ParseFlags(args); err != nil {
				t.Fatal(err)
			}
			if got := commandLine(cmd, cmd.Flags().Args()); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}
