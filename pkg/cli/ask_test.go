package cli

import (
	"context"
	"errors"
	"io"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// A question that nobody answers ends with the command, and so does what waits for standard input.
func TestWhatIsReadEndsWithTheCommand(t *testing.T) {
	in, _ := io.Pipe() // nobody writes
	stopped := make(chan struct{})
	close(stopped)
	o := NewOptions(genericiooptions.IOStreams{In: in, Out: io.Discard, ErrOut: io.Discard})
	o.Stopped = stopped
	if _, err := o.readLine(); !errors.Is(err, context.Canceled) {
		t.Errorf("a question ends with %v", err)
	}
	if _, err := o.read("-"); !errors.Is(err, context.Canceled) {
		t.Errorf("standard input ends with %v", err)
	}
	if _, err := o.readStackFile("-"); !errors.Is(err, context.Canceled) {
		t.Errorf("a stack file ends with %v", err)
	}
	if err := o.confirmPurge([]string{"shop/web"}); !errors.Is(err, context.Canceled) {
		t.Errorf("uninstall ends with %v", err)
	}
}
