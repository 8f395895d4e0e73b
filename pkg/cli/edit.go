package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/kubectl/pkg/cmd/util/editor"

	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

const editExample = `
  # A service, in $EDITOR
  kubectl rio edit web

  # The stack in use
  kubectl rio edit`

func newEditCmd(o *Options) *cobra.Command {
	m := newMutation(o)
	var kind string
	var prompt bool
	cmd := &cobra.Command{
		Use:   "edit [NAME...]",
		Short: "Edit a service or stack",
		Long: `Open a service of the stack in use, or a whole stack, as a stack file in the editor that KUBE_EDITOR or EDITOR names, and bring up what was saved, as
up does. If something is wrong with it, the editor opens again, with the reason at the top. An empty file changes nothing.`,
		Example:           editExample,
		ValidArgsFunction: completeServices(o),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, done, err := m.begin(cmd, args)
			if err != nil {
				return err
			}
			things, err := o.lookUp(ctx, m.client, args, kind, typeService, typeStack)
			done()
			if err != nil {
				return err
			}
			var errs []error
			for _, t := range things {
				errs = append(errs, m.edit(cmd.Context(), t, prompt))
			}
			return errors.Join(errs...)
		},
	}
	m.addFlags(cmd)
	_ = cmd.Flags().MarkHidden("dry-run") // what is in the editor is the rehearsal; the only error is that of an unknown flag
	cmd.Flags().BoolVar(&prompt, "prompt", false, "ask the stack file's questions again, also those with an answer")
	cmd.Flags().StringVarP(&kind, "type", "t", "", "what NAME is, where it may be both: service or stack")
	return cmd
}

// edit goes on until the text can be brought up, or nothing is changed any more.
func (m *mutation) edit(ctx context.Context, t thing, prompt bool) error {
	before, err := exporter{mutation: m, verbatim: t.kind == typeService}.text(ctx, t)
	if err != nil {
		return err
	}
	text, reason := before, error(nil)
	for {
		edited, path, err := openEditor(text, reason)
		if err != nil {
			return err
		}
		switch {
		case edited == before && !prompt, strings.TrimSpace(edited) == "":
			m.o.talk("no change for %s", t)
			return os.Remove(path)
		case reason != nil && edited == text:
			return fmt.Errorf("%w; what you wrote is in %s", reason, path)
		}
		w, err := m.edited(ctx, t, edited, prompt)
		if err == nil {
			if err := m.bringUp(ctx, []*stackWork{w}, false); err != nil {
				return fmt.Errorf("%w; what you wrote is in %s", err, path)
			}
			return os.Remove(path)
		}
		if err := os.Remove(path); err != nil {
			return err
		}
		text, reason = edited, err
	}
}

// openEditor shows a text with the reason why it is shown again, and gives what was saved.
func openEditor(text string, reason error) (edited, path string, err error) {
	raw, path, err := editor.NewDefaultEditor([]string{"KUBE_EDITOR", "EDITOR"}).LaunchTempFile("kubectl-rio-edit-", ".yml", strings.NewReader(header(reason)+text))
	if err != nil {
		return "", path, fmt.Errorf("the editor did not work: %w; name another one in KUBE_EDITOR", err)
	}
	return withoutReason(string(raw)), path, nil
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

// edited finds what an edited text changes. The text of one service says nothing of the others.
// Who thinks about a question takes none of the time.
func (m *mutation) edited(ctx context.Context, t thing, text string, prompt bool) (*stackWork, error) {
	w := &stackWork{mutation: m, name: t.ref.Namespace, only: t.ref.Service}
	reading, done := context.WithTimeout(ctx, m.timeout)
	var err error
	w.source, w.kept, err = m.client.StackFile(reading, w.name)
	done()
	if err != nil {
		return nil, err
	}
	open := openKept(w.source.Files)
	if t.kind == typeService {
		if w.file, err = stack.Read(text, open); err != nil {
			return nil, err
		}
		for name := range w.file.Services {
			if name != t.ref.Service {
				return nil, fmt.Errorf("the text is of service %q, and %q is another one; add it with run, or edit the stack", t.ref.Service, name)
			}
		}
		if len(w.file.Routes) > 0 {
			return nil, fmt.Errorf("the text is of service %q, and routes are the stack's; edit that: kubectl rio edit %s/", t.ref.Service, t.ref.Namespace)
		}
		if len(w.file.Services) == 0 {
			return nil, fmt.Errorf("service %q is missing in the text; remove it with: kubectl rio rm -n %s %s", t.ref.Service, t.ref.Namespace, t.ref.Service)
		}
	} else {
		w.source.Text = text
		answers := w.source.AnswersIn(w.name)
		if !w.source.Compose {
			inquiry := stack.Inquiry{Stack: w.name, Stored: w.source.Answers, Env: lookup(nil), Prompt: prompt}
			if m.o.mayAsk() {
				inquiry.Ask = m.o.askQuestion
			}
			if answers, err = stack.Answer(text, inquiry); err != nil {
				return nil, err
			}
			w.source.Answers = stack.Kept(answers)
		}
		if w.file, err = readStack(w.source, answers, open); err != nil {
			return nil, err
		}
	}
	planning, done := context.WithTimeout(ctx, m.timeout)
	defer done()
	if err := w.plan(planning); err != nil {
		return nil, err
	}
	return w, w.failure()
}
