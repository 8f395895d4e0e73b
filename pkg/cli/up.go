package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
)

var upExample = `
  # The stack shop, of shop-stack.yml
  kubectl rio up shop-stack.yml

  # Any file, as the stack shop; a docker-compose.yml too
  kubectl rio up shop docker-compose.yml

  # All *-stack.yml of this directory, without asking
  kubectl rio up --yes

  # What it would do
  kubectl rio diff shop-stack.yml
  generate | kubectl rio up shop - --dry-run=server`

// upInput says where stack files and the answers to their questions come from.
type upInput struct {
	files   []string
	answers string
	prompt  bool
}

func (in *upInput) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVarP(&in.files, "file", "f", nil, "stack `FILE`, a directory of them, or - for standard input; may be repeated")
	f.StringVarP(&in.answers, "answers", "a", "", "`FILE` with answers to the stack files' questions, NAME: VALUE in YAML or JSON")
	f.BoolVar(&in.prompt, "prompt", false, "ask all questions again")
}

// fileLeftOut is said of -o by what brings up stacks: the file is the stack's, and its answers may be passwords.
const fileLeftOut = " The Secret rio-stack-file, in which the stack keeps its file, is left out."

func newUpCmd(o *Options) *cobra.Command {
	m := newMutation(o)
	m.limits = "how long it may take to bring the stacks up, once it has asked"
	var in upInput
	var yes bool
	cmd := &cobra.Command{
		Use:   "up [[STACK] FILE|-|DIR]",
		Short: "Bring up a stack",
		Long: `Bring a stack to what its file says: show what this adds (+), changes (~) and removes (-), ask, and do it. A rollout replaces
a quarter of a service's pods at a time, each only when its successor is ready, so no request is lost; pods that keep their names go one by one, each
before its successor comes, and pods with a readWriteOnce volume all before others come, which is said, as is what
another protocol of a port costs. Traffic moves before pods end that are to be fewer, and a revision that keeps some keeps a pod. What another tool, run
or stage made in the stack stays.`,
		Example: upExample,
		Args:    atMost(2, "[[STACK] FILE|-|DIR]"), ValidArgsFunction: completeFiles(0),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := m.start(cmd, args); err != nil {
				return err
			}
			stacks, err := m.plans(cmd.Context(), args, in)
			if err != nil {
				return err
			}
			return m.bringUpAll(cmd.Context(), stacks, !yes)
		},
	}
	m.addFlags(cmd)
	cmd.Flag("output").Usage += fileLeftOut
	in.addFlags(cmd)
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return cmd
}

// bringUpAll shows what changes in all stacks, asks, and does it.
func (m *mutation) bringUpAll(ctx context.Context, stacks []*stackWork, ask bool) error {
	changed := false
	for _, s := range stacks {
		if err := s.draw(); err != nil {
			return err
		}
		changed = changed || s.changes()
	}
	if changed && ask && m.dryRun == dryRunNone {
		if ok, err := m.o.mayChange("Go on?"); err != nil || !ok {
			return err
		}
	}
	ctx, done := m.within(ctx) // who was asked has taken some time
	defer done()
	return tryAll(stacks, func(s *stackWork) error {
		err := masked(s.bringUp(ctx), s.mask)
		if s.only != "" {
			return err
		}
		// Exit code 1, whatever went wrong with a part of a stack: the others are as they are to be.
		return tryAll(flat(err), func(e error) error { return coded{e, exitError} })
	})
}

func newDiffCmd(o *Options) *cobra.Command {
	m := newMutation(o)
	var in upInput
	cmd := &cobra.Command{
		Use:   "diff [[STACK] FILE|-|DIR]",
		Short: "Show what up would change",
		Long: `Show each object that up would create (+), change (~, with the fields below) or delete (-), and change nothing. As with kubectl diff, the exit code is
0 when there is no difference, 1 when there is one, and above that for errors.`,
		Example: `
  kubectl rio diff shop-stack.yml
  kubectl rio diff shop docker-compose.yml`,
		Args: atMost(2, "[[STACK] FILE|-|DIR]"), ValidArgsFunction: completeFiles(0),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := m.connect(cmd, args); err != nil {
				return diffFailed(err)
			}
			stacks, err := m.plans(cmd.Context(), args, in)
			if err != nil {
				return diffFailed(err)
			}
			different := false
			err = tryAll(stacks, func(s *stackWork) error {
				s.showNotes()
				all := s.objectChanges()
				different = different || len(all) > 0
				if len(all) > 0 && len(stacks) > 1 {
					fmt.Fprintf(o.Out, "stack %s\n", s.name)
				}
				if err := printer.Changes(o.Out, all, s.mask, o.colour(o.Out)); err != nil {
					return err
				}
				if err := s.failure(); err != nil {
					return masked(errors.Join(err, s.leaveGone(err)), s.mask)
				}
				return nil
			})
			if err == nil && different {
				return errSaid
			}
			return diffFailed(err)
		},
	}
	in.addFlags(cmd)
	return cmd
}

// diffFailed keeps the exit code 1 for a difference.
func diffFailed(err error) error {
	return tryAll(flat(err), func(e error) error { return coded{e, max(codeOf(e), exitUsage)} })
}
