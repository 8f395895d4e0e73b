package cli

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// A line that is drawn again each second must not wrap, and the last of a share is whole.
func TestAGradualReleaseFitsTheTerminal(t *testing.T) {
	const hint = "(Ctrl-C holds here)"
	line := printer.Gradual{Revision: "v2", Weight: 40, Then: "next 50% in 12s", Figures: map[string]rio.Figures{"v2": {Requests: 9}}}
	blind := printer.Gradual{Revision: "v2", Weight: 40, Then: "next 50% waits for requests: 0/1", Blind: strings.Repeat("oh no ", 10)}
	for width, hinted := range map[int]bool{0: true, 20: false, 60: false, 80: false, 100: false, 200: true} {
		for _, line := range []printer.Gradual{line, blind} {
			var screen bytes.Buffer
			m := &mutation{o: NewOptions(genericiooptions.IOStreams{ErrOut: &screen}), show: &progress{live: true, width: width}}
			r := &gradual{mutation: m, bars: printer.NewBars(true)}
			r.draw(line, false)
			drawn := strings.TrimPrefix(screen.String(), "\r\x1b[K")
			if width > 0 && utf8.RuneCountInString(drawn) >= width || strings.Contains(drawn, hint) != hinted {
				t.Errorf("of %d columns, %q has %d", width, drawn, utf8.RuneCountInString(drawn))
			}
			screen.Reset()
			if r.draw(line, true); !strings.HasSuffix(screen.String(), hint+"\n") {
				t.Errorf("the last is %q", screen.String())
			}
		}
	}
}
