package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

func TestTheReasonIsTakenOffAgain(t *testing.T) {
	for _, text := range []string{"", "services: {}\n", "# mine\n#\nservices: {}\n", "#\n# mine\n"} {
		for _, reason := range []error{nil, errors.New("one"), errors.New("line 1: one\nline 2: two")} {
			if diff := cmp.Diff(text, withoutReason(header(reason)+text)); diff != "" {
				t.Errorf("after %v:\n%s", reason, diff)
			}
		}
	}
}

// Files are read beside the stack file and below, whatever a link says.
func TestFilesOutsideAreNotRead(t *testing.T) {
	dir := t.TempDir()
	inside := filepath.Join(dir, "stack")
	for _, step := range []error{
		os.MkdirAll(filepath.Join(inside, "sub"), 0o700), os.WriteFile(filepath.Join(dir, "secret"), []byte("no"), 0o600),
		os.WriteFile(filepath.Join(inside, "sub", "a"), []byte("yes"), 0o600), os.Symlink("../secret", filepath.Join(inside, "link")),
	} {
		if step != nil {
			t.Fatal(step)
		}
	}
	kept := map[string]string{}
	open := opener(inside, kept)
	whole := filepath.Join(inside, "sub", "a") // as docker compose config has it
	for _, name := range []string{"./sub/a", whole} {
		if text, err := open(name); err != nil || text != "yes" {
			t.Errorf("%q, %v", text, err)
		}
	}
	for _, name := range []string{"../secret", "link", filepath.Join(dir, "secret"), "sub/../../secret", "none"} {
		if text, err := open(name); err == nil {
			t.Errorf("%s gave %q", name, text)
		}
	}
	if diff := cmp.Diff(map[string]string{"./sub/a": "yes", whole: "yes"}, kept); diff != "" {
		t.Error(diff)
	}
	if text, err := (stack.Source{Files: kept}).Open("./sub/a"); err != nil || text != "yes" {
		t.Errorf("kept %q, %v", text, err)
	}
}

func TestAnswersFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "answers")
	for text, want := range map[string]map[string]string{
		"A: 1\nB: true\nC: x y\nD:\n": {"A": "1", "B": "true", "C": "x y", "D": ""},
		`{"A": "01"}`:                 {"A": "01"},
		"A: [1]":                      nil,
		"A":                           nil,
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := readAnswers(path)
		if diff := cmp.Diff(want, got); diff != "" || (err == nil) != (want != nil) {
			t.Errorf("%q: error %v\n%s", text, err, diff)
		}
	}
}

// Who stops an edit learns what else went wrong, and where the text is.
func TestAStoppedEditHidesNoOtherError(t *testing.T) {
	var screen bytes.Buffer
	code := report(&screen, left(errors.Join(errors.New("exceeded quota"), fmt.Errorf("wait: %w", context.Canceled)), "/tmp/text.yml"))
	want := "error: exceeded quota\nerror: edit stopped; what you wrote is in /tmp/text.yml\n"
	if diff := cmp.Diff(want, screen.String()); diff != "" || code != exitError {
		t.Errorf("exit code %d: %s", code, diff)
	}
}
