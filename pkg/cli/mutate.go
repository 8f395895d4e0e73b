package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/printers"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
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
	printer printers.ResourcePrinter // of -o or --template, one for all that the command prints: it parts YAML documents; nil without these
	wait    bool
	timeout time.Duration

	timeoutFlag string // the name of its flag
	limits      string // what that limits

	confirmBy string // whose word it takes that a split is served
	write     cluster.WriteOptions

	command string // as it was typed, for the history
	client  *cluster.Client
	show    *progress
	removal bool               // the command removes whole things, and -o prints what is gone
	stacks  sets.Set[string]   // that a rehearsal has looked for
	unseen  []rio.Ref          // services of which it is said that others' routes are not seen
	made    *[]manifest.Object // stacks that were missing, which a dry run would make; shared by the parts of up
	mask    stack.Mask         // what must not be shown

	trace     *trace // shared by the parts of up
	moreSteps bool   // further steps of the command follow
	onlyShows bool   // the command writes nothing
	undoes    bool   // the command is undo, which is no way back from itself
}

// Values of --confirm.
const (
	confirmGateways = "gateways"
	confirmMesh     = "mesh"
)

func newMutation(o *Options) *mutation {
	return &mutation{o: o, output: genericclioptions.NewPrintFlags(""), wait: true, confirmBy: confirmGateways, timeoutFlag: "timeout", limits: limitsAll,
		stacks: sets.New[string](), made: &[]manifest.Object{}, trace: &trace{open: map[string]unfinished{}}}
}

// each connects, and then is tryAll.
func each[T any](m *mutation, cmd *cobra.Command, args []string, things []T, do func(context.Context, T) error) error {
	ctx, done, err := m.begin(cmd, args)
	if err != nil {
		return err
	}
	defer done()
	return tryAll(things, func(thing T) error { return do(ctx, thing) })
}

// verb is what a command decides on a service as it finds it, and what goes with the write of that.
type verb struct {
	decide    func(cluster.Snapshot) (rio.Service, error)
	prepare   func(context.Context) error                 // runs once all is decided, before the first write
	introduce func(context.Context, rio.Service) error    // runs before the service's first route is written
	of        []string                                    // revisions whose pods are waited for also where nothing is left to change
	outlive   bool                                        // wait until the pods of a deleted workload have ended
	later     bool                                        // the gateways are asked by the caller, when something else has gone
	free      func(context.Context, plan.ChangeSet) error // asks in a rehearsal whether names are free, where some will be when it comes to that
}

// decide makes a verb of a plan that needs nothing but the service.
func decide(f func(rio.Service) (rio.Service, error)) verb {
	return verb{decide: func(s cluster.Snapshot) (rio.Service, error) { return f(s.Service) }}
}

// change takes one service through the flow and prints its ID.
func (m *mutation) change(ctx context.Context, ref rio.Ref, v verb) error {
	result, err := m.apply(ctx, ref, v)
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
func (m *mutation) apply(ctx context.Context, ref rio.Ref, v verb) (result []manifest.Object, err error) {
	err = again(ctx, func() error {
		before, err := m.client.Load(ctx, ref)
		if err != nil {
			return err
		}
		after, err := v.decide(before)
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
		m.tellUnseen(before, changes)
		m.o.tellAutoscaler(before.Service, changes)
		free := v.free
		if free == nil || m.dryRun == dryRunNone {
			free = func(ctx context.Context, changes plan.ChangeSet) error {
				return m.client.MustBeFree(ctx, changes, before.Service)
			}
		}
		if err := free(ctx, changes); err != nil {
			return err
		}
		if m.dryRun != dryRunNone {
			result, err = m.rehearse(ctx, changes)
			return err
		}
		if v.prepare != nil {
			if err := v.prepare(ctx); err != nil {
				return err
			}
		}
		if len(changes) == 0 && m.wait {
			if err := m.settleEarlier(ctx, before.Service, v.of); err != nil {
				return err
			}
		}
		result, err = m.perform(ctx, v, after, changes)
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

// print writes the product: the objects that were asked for with -o, else the ID. What was
// deleted on the way is not among them, or kubectl apply would bring it back.
func (m *mutation) print(what identified, result []manifest.Object) error {
	m.trace.endsAll()
	if m.printer != nil {
		all := *m.made
		*m.made = nil
		for _, o := range result {
			gone, isGone := o.(deleted)
			switch {
			case !isGone:
				all = append(all, o)
			case m.removal:
				all = append(all, gone.Object)
			}
		}
		return m.printObjects(all)
	}
	id := what.ID()
	if m.dryRun != dryRunNone {
		id += fmt.Sprintf(" (%s dry run)", m.dryRun)
	}
	_, err := fmt.Fprintln(m.o.Out, id)
	return err
}

// printObjects prints what was written in the format of -o.
func (m *mutation) printObjects(objects []manifest.Object) error {
	for _, o := range objects {
		content, err := manifest.Encode(o)
		if err != nil {
			return err
		}
		if err := m.printer.PrintObj(&unstructured.Unstructured{Object: content}, m.o.Out); err != nil {
			return fmt.Errorf("print %s %q: %w", manifest.Kind(o), o.GetName(), err)
		}
	}
	return nil
}
