package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"k8s.io/kubectl/pkg/cmd/util/editor"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
)

// openEditor shows a text with the reason why it is shown again, and gives what was saved. Where the
// editor fails, path is empty unless something was saved before.
func openEditor(text string, reason error) (edited, path string, err error) {
	shown := header(reason) + text
	raw, path, err := editor.NewDefaultEditor([]string{"KUBE_EDITOR", "EDITOR"}).LaunchTempFile("kubectl-rio-edit-", ".yml", strings.NewReader(shown))
	if err == nil {
		return withoutReason(string(raw)), path, nil
	}
	if saved, unread := os.ReadFile(path); unread != nil || string(saved) == shown {
		_ = os.Remove(path)
		path = ""
	}
	return "", path, fmt.Errorf("the editor did not work: %w; name another one in KUBE_EDITOR", err)
}

// left says of an error in which file what was typed is, if any was, also to who stopped the command.
func left(err error, path string) error {
	switch {
	case path == "":
		return err
	case errors.Is(err, context.Canceled):
		rest := slices.DeleteFunc(flat(err), func(e error) bool { return errors.Is(e, context.Canceled) })
		return errors.Join(append(rest, cluster.Mark(fmt.Errorf("edit stopped; what you wrote is in %s", path), context.Canceled, errStopped))...)
	}
	return fmt.Errorf("%w; what you wrote is in %s", err, path)
}

// whatIsWrong begins the comment that says why a text is opened again.
const whatIsWrong = "# Error updating content:\n"

func header(reason error) string {
	if reason == nil {
		return ""
	}
	return "#\n" + whatIsWrong + "#    " + strings.ReplaceAll(reason.Error(), "\n", "\n#    ") + "\n#\n"
}

// withoutReason takes that comment off again.
func withoutReason(text string) string {
	rest, ok := strings.CutPrefix(text, "#\n"+whatIsWrong)
	for ok && strings.HasPrefix(rest, "#    ") {
		_, rest, _ = strings.Cut(rest, "\n")
	}
	if !ok {
		return text
	}
	return strings.TrimPrefix(rest, "#\n")
}
