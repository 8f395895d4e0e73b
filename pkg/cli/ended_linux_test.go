package cli

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// Who types Ctrl-D chooses nothing, and is told how to say what is meant.
func TestNothingIsChosen(t *testing.T) {
	in, keys := terminal(t)
	if _, err := keys.WriteString("\x04"); err != nil {
		t.Fatal(err)
	}
	_, err := NewOptions(genericiooptions.IOStreams{In: in, ErrOut: io.Discard}).choose("web", make([]thing, 2), nil)
	if want := `none was chosen, as the input ended; say with --type which "web" is meant`; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// A tick that comes while a line ends draws nothing below it.
func TestALineThatHasEndedStaysAsItIs(t *testing.T) {
	var b bytes.Buffer
	l := (&progress{w: &b, live: true, now: func() time.Time { return time.Unix(0, 0) }}).begin("pods")
	l.end("1/1 ready")
	if l.again(); !strings.HasSuffix(b.String(), "0.0s\n") {
		t.Errorf("%q", b.String())
	}
}
