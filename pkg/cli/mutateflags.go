package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"
)

// addFlags adds those of a verb that changes services.
func (m *mutation) addFlags(cmd *cobra.Command) {
	m.addWriteFlags(cmd)
	f := cmd.Flags()
	f.BoolVar(&m.wait, "wait", true, "return only when pods are ready and the gateways serve the change; also with =false, pods are waited for before requests are led to them, and promote, undo and rm of a revision wait")
	f.StringVar(&m.confirmBy, "confirm", confirmGateways, "`WHO` must confirm that a change is served: gateways (all of them), or mesh (also a sample of the callers' sidecars, 20 at most; the output says out of how many)")
}

// addWriteFlags adds those of every verb that changes anything, and has it say what an interrupt leaves.
func (m *mutation) addWriteFlags(cmd *cobra.Command) {
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return m.stands(run(cmd, args)) }
	f := cmd.Flags()
	f.StringVar(&m.dryRun, "dry-run", dryRunNone, "show what would change and write nothing; `MODE` is client, or server to have the server check it, too")
	f.Lookup("dry-run").NoOptDefVal = dryRunClient
	f.DurationVar(&m.timeout, m.timeoutFlag, 5*time.Minute, m.limits)
	f.BoolVar(&m.write.Force, "force-conflicts", false, "take over fields that another field manager wrote")
	f.BoolVarP(&m.o.Quiet, "quiet", "q", false, "print nothing but the result")
	printing := &cobra.Command{}
	m.output.AddFlags(printing)
	printing.Flag("output").Usage += " It prints the objects that change, and nothing where none does."
	printing.Flag("template").Usage += " Without -o it is a go-template."
	f.AddFlagSet(printing.Flags()) // what a verb itself calls --template goes before kubectl's
	completeFlag(cmd, "output", m.output.AllowedFormats()...)
	completeFlag(cmd, "dry-run", dryRunNone, dryRunClient, dryRunServer)
}

// What --timeout limits, of verbs that differ in it.
const (
	limitsAll      = "how long the whole command may take"
	limitsAnswered = "how long the command may take, without the time in which it asks"
)

// mayPass refuses a time in which nothing can be done.
func mayPass(flag string, d time.Duration, example string) error {
	if d <= 0 {
		return usagef("invalid --%s %s: want a duration above 0, for example %s", flag, d, example)
	}
	return nil
}

// start checks the flags and connects. The time that --timeout gives begins later, with each step of
// a verb that asks or has many: who is asked may think.
func (m *mutation) start(cmd *cobra.Command, args []string) error {
	switch m.dryRun {
	case dryRunNone, dryRunClient, dryRunServer:
	default:
		return usagef("invalid --dry-run %q: want none, client or server", m.dryRun)
	}
	if m.confirmBy != confirmGateways && m.confirmBy != confirmMesh {
		return usagef("invalid --confirm %q: want gateways or mesh", m.confirmBy)
	}
	if err := mayPass(m.timeoutFlag, m.timeout, "5m"); err != nil {
		return err
	}
	if m.output.OutputFlagSpecified() || *m.output.TemplatePrinterFlags.TemplateArgument != "" {
		p, err := m.output.ToPrinter()
		if err != nil {
			return usageError(err)
		}
		m.printer = p
	}
	m.write.DryRun = m.dryRun == dryRunServer
	return m.connect(cmd, args)
}

// begin starts, and the time with it. done must be called at the end.
func (m *mutation) begin(cmd *cobra.Command, args []string) (ctx context.Context, done func(), err error) {
	if err := m.start(cmd, args); err != nil {
		return nil, nil, err
	}
	ctx, done = m.within(cmd.Context())
	return ctx, done, nil
}

// within is the context of a step that takes no longer than --timeout, where a verb has it.
func (m *mutation) within(ctx context.Context) (context.Context, context.CancelFunc) {
	if m.timeout == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, m.timeout)
}

// connect is start for a verb that has no flags of a mutation.
func (m *mutation) connect(cmd *cobra.Command, args []string) (err error) {
	m.command, m.removal = commandLine(cmd, args), cmd.Name() == "rm"
	m.show = m.o.progress()
	m.client, err = m.o.client(verbOf(cmd))
	return err
}
