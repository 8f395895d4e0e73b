package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/cli-runtime/pkg/genericclioptions"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// mutation is the flow that every verb which changes a service goes through:
//
//	load -> plan (the verb, pure) -> diff -> show, or apply in safe order -> wait, confirm -> print
//
// A write that lost a race is decided again on what is there then.
type mutation struct {
	o       *Options
	dryRun  string
	output  *genericclioptions.PrintFlags
	wait    bool
	timeout time.Duration

	timeoutFlag string // the name of its flag

	confirmBy string // whose word it takes that a split is served
	write     cluster.WriteOptions

	command string // as it was typed, for the history
	client  *cluster.Client
	show    *progress
	prepare func(context.Context) error // runs once all is decided, before the first write
	of      []string                    // revisions whose pods are waited for also where nothing is left to change
	outlive bool                        // wait until the pods of a deleted workload have ended

	introduce func(context.Context, rio.Service) error // runs before a service's first route is written
}

// Values of --confirm.
const (
	confirmGateways = "gateways"
	confirmMesh     = "mesh"
)

func newMutation(o *Options) *mutation {
	return &mutation{o: o, output: genericclioptions.NewPrintFlags(""), wait: true, confirmBy: confirmGateways, timeoutFlag: "timeout"}
}

// addFlags adds those of a verb that changes services.
func (m *mutation) addFlags(cmd *cobra.Command) {
	m.addWriteFlags(cmd)
	f := cmd.Flags()
	f.BoolVar(&m.wait, "wait", true, "return only when pods are ready and the gateways serve the change; promote, undo and rm of a revision always wait")
	f.StringVar(&m.confirmBy, "confirm", confirmGateways, "`WHO` must confirm that a change is served: gateways (all of them), or mesh (also a sample of the callers' sidecars, 20 at most; the output says out of how many)")
}

// addWriteFlags adds those of every verb that changes anything.
func (m *mutation) addWriteFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&m.dryRun, "dry-run", dryRunNone, "show what would change and write nothing; `MODE` is client, or server to have the server check it, too")
	f.Lookup("dry-run").NoOptDefVal = dryRunClient
	f.DurationVar(&m.timeout, m.timeoutFlag, 5*time.Minute, "how long the whole command may take")
	f.BoolVar(&m.write.Force, "force-conflicts", false, "take over fields that another field manager wrote")
	f.BoolVarP(&m.o.Quiet, "quiet", "q", false, "print nothing but the result")
	printing := &cobra.Command{}
	m.output.AddFlags(printing)
	f.AddFlagSet(printing.Flags()) // what a verb itself calls --template goes before kubectl's
}

// begin checks the flags and connects. done must be called at the end.
func (m *mutation) begin(cmd *cobra.Command, args []string) (ctx context.Context, done func(), err error) {
	switch m.dryRun {
	case dryRunNone, dryRunClient, dryRunServer:
	default:
		return nil, nil, usagef("invalid --dry-run %q: want none, client or server", m.dryRun)
	}
	if m.confirmBy != confirmGateways && m.confirmBy != confirmMesh {
		return nil, nil, usagef("invalid --confirm %q: want gateways or mesh", m.confirmBy)
	}
	if m.timeout <= 0 {
		return nil, nil, usagef("invalid --%s %s: want a duration above 0, for example 5m", m.timeoutFlag, m.timeout)
	}
	if m.output.OutputFlagSpecified() {
		if _, err := m.output.ToPrinter(); err != nil {
			return nil, nil, usageError(err)
		}
	}
	m.write.DryRun = m.dryRun == dryRunServer
	if err := m.connect(cmd, args); err != nil {
		return nil, nil, err
	}
	ctx, done = context.WithTimeout(cmd.Context(), m.timeout)
	return ctx, done, nil
}

// connect is begin for a verb that has no flags of a mutation.
func (m *mutation) connect(cmd *cobra.Command, args []string) (err error) {
	m.command = commandLine(cmd, args)
	m.show = m.o.progress()
	m.client, err = m.o.client(verbOf(cmd))
	return err
}

// each connects and takes one thing after the other, all of them, though some may fail.
func each[T any](m *mutation, cmd *cobra.Command, args []string, things []T, do func(context.Context, T) error) error {
	ctx, done, err := m.begin(cmd, args)
	if err != nil {
		return err
	}
	defer done()
	var errs []error
	for _, thing := range things {
		errs = append(errs, do(ctx, thing))
	}
	return errors.Join(errs...)
}

// verb is what a command decides on a service as it finds it.
type verb func(cluster.Snapshot) (rio.Service, error)

// decide makes a verb of a plan that needs nothing but the service.
func decide(f func(rio.Service) (rio.Service, error)) verb {
	return func(s cluster.Snapshot) (rio.Service, error) { return f(s.Service) }
}

// change takes one service through the flow and prints its ID.
func (m *mutation) change(ctx context.Context, ref rio.Ref, f verb) error {
	result, err := m.apply(ctx, ref, f)
	if err != nil {
		return err
	}
	return m.print(ref, result)
}

// lostRaces is how often a command decides again after somebody else was faster: for some
// seconds, in which a crowd of sixteen has its turn.
var lostRaces = wait.Backoff{Duration: 20 * time.Millisecond, Factor: 1.8, Jitter: 1, Steps: 10}

// again does something until it has lost no race. What ends it otherwise is its error.
func again(ctx context.Context, do func() error) error {
	var lost error
	err := wait.ExponentialBackoffWithContext(ctx, lostRaces, func(context.Context) (bool, error) {
		if lost = do(); cluster.IsStale(lost) {
			return false, nil
		}
		return lost == nil, lost
	})
	if cluster.IsStale(lost) && !errors.Is(ctx.Err(), context.Canceled) {
		return lost
	}
	return err
}

// apply is change without the printing. Where it fails after a write, it gives what was written.
func (m *mutation) apply(ctx context.Context, ref rio.Ref, f verb) (result []manifest.Object, err error) {
	err = again(ctx, func() error {
		before, err := m.client.Load(ctx, ref)
		if err != nil {
			return err
		}
		after, err := f(before)
		if err != nil {
			return orID(err, before.Service, ref)
		}
		if after, err = m.blame(ctx, before.Service, after); err != nil {
			return err
		}
		changes, err := before.Changes(after)
		if err != nil {
			return err
		}
		if len(changes) == 0 {
			m.o.talk("%s unchanged", ref)
		}
		if err := m.client.MustBeFree(ctx, changes); err != nil {
			return err
		}
		if m.dryRun != dryRunNone {
			result, err = m.rehearse(ctx, changes)
			return err
		}
		if m.prepare != nil {
			if err := m.prepare(ctx); err != nil {
				return err
			}
		}
		if len(changes) == 0 && m.wait {
			if err := m.settleEarlier(ctx, before.Service); err != nil {
				return err
			}
		}
		result, err = m.perform(ctx, after, changes)
		return err
	})
	return result, err
}

// orID adds to an error about a service that does not exist that its name may have been an ID.
func orID(err error, s rio.Service, ref rio.Ref) error {
	if s.Exists() {
		return err
	}
	return fmt.Errorf("%w%s", err, ref.OrID())
}

// identified is what a verb changes: a service, a config, a volume.
type identified interface{ ID() string }

// print writes the product: the objects that were asked for with -o, else the ID.
func (m *mutation) print(what identified, result []manifest.Object) error {
	if m.output.OutputFlagSpecified() {
		return m.printObjects(result)
	}
	id := what.ID()
	if m.dryRun != dryRunNone {
		id += fmt.Sprintf(" (%s dry run)", m.dryRun)
	}
	_, err := fmt.Fprintln(m.o.Out, id)
	return err
}
