package cli

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
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

func TestTheEndOfTheInputIsNoAnswer(t *testing.T) {
	for typed, want := range map[string]string{
		"":       `question "TAG" was not answered, as the input ended; answer it, or bring the file up with an answer: kubectl rio up --answers FILE, or TAG=VALUE in the environment of up`,
		"\n":     `question "TAG" was not answered`, // an empty one is none, and it is asked again
		"v1\n":   "",
		"v1":     "",
		"\nv1\n": "",
	} {
		o := NewOptions(genericiooptions.IOStreams{In: strings.NewReader(typed), Out: io.Discard, ErrOut: io.Discard})
		got, err := o.askQuestion(stack.Question{Variable: "TAG", Required: true}, "")
		if want == "" && (err != nil || got != "v1") || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %q, error %v, want %q", typed, got, err, want)
		}
	}
}

// What the server would refuse to keep is refused before anything is written.
func TestAFileThatCannotBeKept(t *testing.T) {
	for files, fits := range map[int]bool{700_000: true, 800_000: false} {
		w := &stackWork{name: "shop", source: stack.Source{Text: "configs: {a: {file: a}}", Files: map[string]string{"a": strings.Repeat("x", files)}}}
		err := w.fits()
		if fits != (err == nil) || err != nil && (codeOf(err) != exitUsage || !strings.Contains(err.Error(), "want at most 1048576") || !strings.Contains(err.Error(), "config create -n shop")) {
			t.Errorf("files of %d bytes: %v", files, err)
		}
		if w.only = "web"; w.fits() != nil {
			t.Error("the file of one service is not kept, and refused")
		}
		kept, err := manifest.StackFile("shop", w.source)
		if size := len(kept.Data["files.json"]); err != nil || fits != (size < 1<<20-100) {
			t.Errorf("%d bytes are kept as %d, %v", files, size, err)
		}
	}
}
