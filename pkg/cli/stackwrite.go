package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// bringUp makes the stack as its file says: services side by side, each when those it depends
// on are ready, then the routes that lead to them. What left the file goes last, but for
// routes: these go before what they lead to.
func (w *stackWork) bringUp(ctx context.Context) error {
	if w.dryRun == dryRunNone {
		if _, err := w.ensureStack(ctx, w.name); err != nil {
			return err
		}
	}
	if w.dryRun == dryRunNone && w.only == "" {
		if err := w.keep(ctx); err != nil {
			return err
		}
	}
	w.results = map[string][]manifest.Object{}
	broken := w.bringUpData(ctx, false)
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(w.file.Services)), func(name string) bool {
		step := w.steps[name]
		return len(step.changes) == 0 && w.problems[name] == nil && (w.dryRun != dryRunNone || !w.wait || rolledOut(step.before.Service))
	})
	err := errors.Join(broken, w.otherProblems(), w.bringUpRoutes(ctx, true), w.bringUpServices(ctx, names), w.bringUpRoutes(ctx, false))
	if err != nil {
		return errors.Join(inLines(err), w.leaveGone(err))
	}
	gone := tryAll(w.gone, func(name string) error { return w.bringUpService(ctx, name) })
	if err := errors.Join(gone, w.bringUpData(ctx, true)); err != nil {
		return err
	}
	if err := w.confirmPassed(ctx, names); err != nil {
		return err
	}
	if w.dryRun == dryRunNone && w.only == "" && w.changes() {
		if err := w.stillKept(ctx); err != nil {
			return err
		}
	}
	var all []manifest.Object
	for _, name := range slices.Sorted(maps.Keys(w.results)) {
		all = append(all, w.results[name]...)
	}
	return w.print(stackID(w.name), all)
}

// leaveGone says what is not removed, for what takes its place may have failed.
func (w *stackWork) leaveGone(why error) error {
	left := w.left()
	switch {
	case left == "":
		return nil
	case errors.Is(why, context.Canceled):
		return fmt.Errorf("%s; repeat the command", left)
	}
	return fmt.Errorf("%s; mend that, and repeat the command", left)
}

func (w *stackWork) left() string {
	var left []string
	for _, name := range w.gone {
		left = append(left, "service "+name)
	}
	for _, d := range w.data {
		if d.gone != nil {
			left = append(left, d.what)
		}
	}
	if len(left) == 0 {
		return ""
	}
	return "what left the file stays until the rest is up: " + strings.Join(left, ", ")
}

// bringUpServices rehearses them by name, one after the other, so that a dry run shows the
// same each time.
func (w *stackWork) bringUpServices(ctx context.Context, names []string) error {
	one := func(name string) error { return w.bringUpService(ctx, name) }
	if w.dryRun == dryRunNone {
		return inOrder(names, func(name string) []string { return w.file.Services[name].DependsOn }, one)
	}
	return tryAll(names, one)
}

// partOf is a mutation that says on each line of its progress whose it is.
func (w *stackWork) partOf(name string) *mutation {
	m := *w.mutation
	show := *m.show
	show.live, show.step = false, name
	m.show = &show
	return &m
}

func (w *stackWork) bringUpService(ctx context.Context, name string) error {
	if err := w.problems[name]; err != nil {
		return err
	}
	if err := inTime(ctx); err != nil {
		return fmt.Errorf("service %q: %w", name, err)
	}
	if broken := w.readsBroken(name); broken != "" {
		return cluster.Mark(fmt.Errorf("service %q is left as it is: it has %s, which could not be written", name, broken), errSkipped)
	}
	v := verb{decide: w.decide(ctx, name, w.dryRun != dryRunNone), later: w.takesOver(name), free: w.mayBeNamed}
	for _, r := range w.steps[name].after.Revisions {
		v.of = append(v.of, r.Name)
	}
	result, err := w.partOf(name).apply(ctx, w.ref(name), v)
	if err != nil {
		return fmt.Errorf("service %q: %w", name, err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.results[name] = result
	return nil
}

// rolledOut reports whether all pods of a service are there that it is to have.
func rolledOut(s rio.Service) bool {
	return !slices.ContainsFunc(s.Revisions, func(r rio.Revision) bool { return !r.Foreign && !r.Observed.RolledOut() })
}

// inTime says of a part of a stack that nothing was done for it, as the parts before took all
// the time that there was.
func inTime(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return cluster.NotReady("not done, as the time is over; repeat the command, with a longer --timeout if that is too short")
	}
	return ctx.Err()
}

// stackID is what up prints.
type stackID string

// ID is the stack's name.
func (s stackID) ID() string { return string(s) }

// otherProblems are those that are no service's.
func (w *stackWork) otherProblems() error {
	return tryAll(slices.Sorted(maps.Keys(w.problems)), func(what string) error {
		if _, service := w.file.Services[what]; service || slices.Contains(w.gone, what) {
			return nil
		}
		return w.problems[what]
	})
}
