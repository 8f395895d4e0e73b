package cli

import (
	"bytes"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// Where nobody can be asked, what costs something is done only when it was said to be meant.
func TestAScriptHasToSayWhatItMeans(t *testing.T) {
	for sentence, tc := range map[string]struct {
		costs  []string
		yes    bool
		dryRun string
		want   string
	}{
		"nothing is lost":      {nil, false, dryRunNone, ""},
		"it is meant":          {[]string{"the URL ends"}, true, dryRunNone, ""},
		"it is rehearsed":      {[]string{"the URL ends"}, false, dryRunServer, ""},
		"nobody has said that": {[]string{"the URL ends", "2 pods go"}, false, dryRunNone, "the URL ends; 2 pods go, and there is no terminal to ask on; if that is meant, say so: kubectl rio release foobar --yes"},
	} {
		t.Run(sentence, func(t *testing.T) {
			var talk bytes.Buffer
			m := newMutation(NewOptions(genericiooptions.IOStreams{In: strings.NewReader("y\n"), Out: &talk, ErrOut: &talk}))
			m.command, m.dryRun = "release foobar", tc.dryRun
			ok, err := m.agreed(tc.costs, tc.yes)
			switch {
			case tc.want == "" && (err != nil || !ok):
				t.Errorf("it is not done: %v, %v", ok, err)
			case tc.want != "" && (err == nil || err.Error() != tc.want || ok):
				t.Errorf("it is done: %v, %v", ok, err)
			}
			if talk.Len() > 0 {
				t.Errorf("somebody is asked: %s", &talk)
			}
		})
	}
}
