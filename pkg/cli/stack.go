package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

const stackExample = `
  # All stacks
  kubectl rio stack

  # A new one, and what it is for
  kubectl rio stack create --description shop-of-2018 shop

  # It goes with all that is in it
  kubectl rio stack rm shop`

func newStackCmd(o *Options) *cobra.Command {
	return listGroup(newStackLsCmd(o), "stack", "List, create, update and remove stacks",
		"A stack is a namespace with services. The first thing made in it creates it: a service, route, config, secret or volume, or up.", stackExample,
		newStackCreateCmd(o), newStackUpdateCmd(o), newStackRmCmd(o))
}

func newStackLsCmd(o *Options) *cobra.Command {
	var ids bool
	list := listFlags{kind: "Stack"}
	cmd := &cobra.Command{
		Use: "ls", Short: "List stacks", Example: "\n  kubectl rio stack ls\n\n  kubectl rio stack ls -q", Args: exactly(0, "none"),
		Long: "List the namespaces that were made as stacks: by the first thing made in them, by up or by stack create.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, _, err := list.begin(o, cmd.Name())
			if err != nil {
				return err
			}
			stacks, err := client.Stacks(cmd.Context())
			if err != nil {
				return err
			}
			rows := printer.Stacks(stacks)
			return list.print(o, rows, func(bool) error { return printer.StackTable(o.Out, rows, o.Now(), ids) })
		},
	}
	list.add(cmd)
	addIDs(cmd, &ids)
	return cmd
}

// changer plans the change of a stack from what it is.
type changer func(live *rio.Stack, mine manifest.Object, s rio.Stack) (plan.ChangeSet, error)

// changeStack reads a namespace, plans, and writes or shows.
func (m *mutation) changeStack(ctx context.Context, s rio.Stack, f changer) error {
	live, mine, err := m.client.Stack(ctx, s.Name)
	if err != nil {
		return err
	}
	var is *rio.Stack
	if live != nil {
		parsed := manifest.ParseStack(live)
		is = &parsed
	}
	changes, err := f(is, mine, s)
	if err != nil {
		return err
	}
	return m.putAndPrint(ctx, s, changes)
}

func newStackCreateCmd(o *Options) *cobra.Command {
	m := newMutation(o)
	var description string
	cmd := &cobra.Command{
		Use: "create [NAME]", Short: "Create a stack", Args: atMost(1, "[NAME]"),
		Long:    "Create the namespace of a stack, or turn an existing namespace into a stack. Without NAME, a name is made up.",
		Example: "\n  kubectl rio stack create --description shop-of-2018 shop",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{o.NewName()}
			}
			return m.onStacks(cmd, args, description, plan.CreateStack)
		},
	}
	m.addWriteFlags(cmd)
	cmd.Flags().StringVarP(&description, "description", "d", "", "what it is for")
	return cmd
}

func newStackUpdateCmd(o *Options) *cobra.Command {
	m := newMutation(o)
	var description string
	cmd := &cobra.Command{
		Use: "update NAME...", Short: "Change the description of stacks", Args: atLeast(1, "NAME"), ValidArgsFunction: completeStacks(o),
		Long:    "Change the description of stacks, or remove it.",
		Example: "\n  kubectl rio stack update --description old shop",
		RunE: func(cmd *cobra.Command, args []string) error {
			if !cmd.Flags().Changed("description") {
				return usagef("nothing to change of %s: give --description TEXT, or --description '' to remove it", strings.Join(args, ", "))
			}
			return m.onStacks(cmd, args, description, plan.UpdateStack)
		},
	}
	m.addWriteFlags(cmd)
	cmd.Flags().StringVarP(&description, "description", "d", "", "what it is for")
	return cmd
}

func (m *mutation) onStacks(cmd *cobra.Command, args []string, description string, f changer) error {
	stacks, err := parseOnce(m.o, args, stackRef)
	if err != nil {
		return err
	}
	return each(m, cmd, args, stacks, func(ctx context.Context, ref rio.Ref) error {
		return m.changeStack(ctx, rio.Stack{Name: ref.Namespace, Description: description}, f)
	})
}
