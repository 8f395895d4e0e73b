package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

const editExample = `
  # A service, in $EDITOR
  kubectl rio edit web

  # The stack in use
  kubectl rio edit`

func newEditCmd(o *Options) *cobra.Command {
	m := newMutation(o)
	m.limits = "how long it may take to bring up what was saved"
	var kind string
	var prompt bool
	cmd := &cobra.Command{
		Use:   "edit [NAME...]",
		Short: "Edit a service or stack",
		Long: `Open a service of the stack in use, or a whole stack, as a stack file in the editor that KUBE_EDITOR or EDITOR names, and bring up what was saved, as
up does. If something is wrong with it, the editor opens again, with the reason at the top. An empty file changes nothing; a service's text that is left as it
is only publishes it anew, where the domain or the gateway's certificate has changed since. What somebody else changed meanwhile
is not taken back: the command ends with exit code 4, and names the file in which what you wrote is.`,
		Example:           editExample,
		ValidArgsFunction: completeTyped(o),
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
			for _, t := range things {
				if prompt && t.kind == typeService {
					return usagef("--prompt asks the questions of a stack's file, and %s is a service; edit its stack: kubectl rio edit --prompt %s/", t, t.ref.Namespace)
				}
			}
			return tryAll(things, func(t thing) error { return m.edit(cmd.Context(), t, prompt) })
		},
	}
	m.addFlags(cmd)
	cmd.Flag("output").Usage += fileLeftOut
	_ = cmd.Flags().MarkHidden("dry-run") // what is in the editor is the rehearsal; the only error is that of an unknown flag
	cmd.Flags().BoolVar(&prompt, "prompt", false, "ask the stack file's questions again, also those with an answer")
	cmd.Flags().StringVarP(&kind, "type", "t", "", "what NAME is, where it may be both: service or stack")
	completeFlag(cmd, "type", typeService, typeStack)
	return cmd
}

// edit goes on until the text can be brought up, or nothing is changed any more.
func (m *mutation) edit(ctx context.Context, t thing, prompt bool) error {
	before, err := m.textOf(ctx, t)
	if err != nil {
		return err
	}
	text, reason, earlier := before, error(nil), ""
	for {
		edited, path, err := openEditor(text, reason)
		if earlier != "" && path != "" { // what was saved now is all of it
			err = errors.Join(err, os.Remove(earlier))
		}
		if err != nil {
			return left(err, cmp.Or(path, earlier))
		}
		switch {
		case edited == before && (!prompt || !asks(t, edited)):
			return errors.Join(os.Remove(path), m.republish(ctx, t))
		case strings.TrimSpace(edited) == "":
			m.o.talk("no change for %s", t)
			return os.Remove(path)
		case reason != nil && edited == text:
			return left(reason, path)
		}
		w, err := m.edited(ctx, t, before, edited, prompt)
		if errors.Is(err, context.Canceled) {
			return left(err, path)
		}
		if err == nil {
			if err = m.untouched(ctx, t, before); err == nil {
				err = m.bringUpAll(ctx, []*stackWork{w}, false)
			}
			if err != nil {
				return left(err, path)
			}
			return os.Remove(path)
		}
		text, reason, earlier = edited, err, path
	}
}

// textOf is what the editor shows of a thing.
func (m *mutation) textOf(ctx context.Context, t thing) (string, error) {
	return exporter{mutation: m, verbatim: t.kind == typeService}.text(ctx, t)
}

// asks reports whether a text has questions, which can be asked again.
func asks(t thing, text string) bool {
	questions, _, err := stack.Questions(text, t.ref.Namespace)
	return err == nil && len(questions) > 0
}

// untouched wants that a thing is as the editor showed it: what was saved would take back, unseen, what
// somebody else has changed since.
func (m *mutation) untouched(ctx context.Context, t thing, shown string) error {
	reading, done := m.within(ctx)
	defer done()
	quiet, o := *m, *m.o
	o.Quiet, quiet.o = true, &o // it was said of the first
	now, err := quiet.textOf(reading, t)
	if err != nil || now == shown {
		return err
	}
	return coded{fmt.Errorf("%s was changed by somebody else while you edited it; edit it as it is now: kubectl rio edit %s", t, t.arguments()), exitConflict}
}

// arguments are how a service or a stack is named, whatever stack is in use.
func (t thing) arguments() string {
	if t.kind == typeStack {
		return t.ref.Namespace + "/"
	}
	return "-n " + t.ref.Namespace + " " + t.ref.Service
}
