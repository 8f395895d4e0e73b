package cli

import (
	"os"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// Who sits at a terminal that cannot be drawn on, as one of an editor, is asked all the same.
func TestWhereEscapesAreNotObeyed(t *testing.T) {
	terminal, _ := terminal(t)
	file, err := os.Create(t.TempDir() + "/log")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	t.Setenv("NO_COLOR", "")
	t.Setenv("LC_ALL", "C.UTF-8")
	for sentence, c := range map[string]struct {
		term  string
		err   *os.File
		drawn bool
	}{
		"a terminal":                     {"xterm", terminal, true},
		"one that cannot be drawn on":    {"dumb", terminal, false},
		"a file, with a terminal beside": {"xterm", file, false},
	} {
		t.Setenv("TERM", c.term)
		o := NewOptions(genericiooptions.IOStreams{In: terminal, Out: terminal, ErrOut: c.err})
		if live, colour, bars := o.progress().live, o.colour(c.err), o.unicode(c.err); live != c.drawn || colour != c.drawn || bars != c.drawn || !o.mayAsk() {
			t.Errorf("%s: a line is redrawn %t, in colour %t, with bars %t; somebody is asked %t", sentence, live, colour, bars, o.mayAsk())
		}
	}
}
