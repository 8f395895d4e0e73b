package cli

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

func TestInvalidFlagsSayWhatIsWanted(t *testing.T) {
	for args, want := range map[string]string{
		"undo --to x foobar":                    `invalid --to "x": want a whole number, for example 10; see: kubectl rio undo --help`,
		"undo --to 99999999999999999999 foobar": `invalid --to "99999999999999999999": want a whole number of at most 18 digits; see: kubectl rio undo --help`,
		"weight --min-requests 1e3 foobar:v2=5": `invalid --min-requests "1e3": want a whole number, for example 10; see: kubectl rio weight --help`,
		"promote --drain 5 foobar:v2":           `invalid --drain "5": want a duration, for example 30s or 5m; see: kubectl rio promote --help`,
		"run --wait=maybe nginx":                `invalid --wait "maybe": want true or false; see: kubectl rio run --help`,
		"ps -a=x":                               `invalid --all "x": want true or false; see: kubectl rio ps --help`,
		"logs --tail x foobar":                  `invalid --tail "x": want a number of lines, or all; see: kubectl rio logs --help`,
		"ps --request-timeout x":                `invalid --request-timeout "x": want seconds or a duration, for example 30s, or 0 for no limit; see: kubectl rio ps --help`,
		"undo --to":                             `flag needs an argument: --to; see: kubectl rio undo --help`,
	} {
		got := try(t, strings.Fields(args)...)
		if diff := cmp.Diff(screen{Code: exitUsage, Err: "error: " + want + "\n"}, got); diff != "" {
			t.Errorf("%s: %s", args, diff)
		}
	}
}

// No flag of any command leaks the words of Go.
func TestNoFlagSpeaksOfGo(t *testing.T) {
	root := NewRootCmd(NewOptions(genericiooptions.NewTestIOStreamsDiscard()))
	for _, cmd := range everyCommand(root) {
		cmd.InheritedFlags()
		cmd.Flags().VisitAll(func(f *pflag.Flag) { wantPlain(t, cmd, f) })
	}
}

func wantPlain(t *testing.T, cmd *cobra.Command, f *pflag.Flag) {
	t.Helper()
	for _, value := range []string{"x y", "99999999999999999999"} {
		err := cmd.ParseFlags([]string{fmt.Sprintf("--%s=%s", f.Name, value)})
		if err == nil {
			continue
		}
		got := cmd.FlagErrorFunc()(cmd, err).Error()
		if strings.Contains(got, "parsing") || strings.Contains(got, "time:") || !strings.HasPrefix(got, "invalid --"+f.Name+" ") || !strings.Contains(got, "want ") {
			t.Errorf("%s: %s", cmd.CommandPath(), got)
		}
	}
}
