package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

// stackPlan is what a stack is now, and what its file makes of it.
type stackPlan struct {
	live     []rio.Service  // of the stack, as they are
	sets     []rio.RouteSet // of the stack, as they are
	gateway  plan.Gateway
	have     stack.File   // what the file is about, as the cluster has it
	want     stack.File   // the same, as it is to be
	data     []dataStep   // configs, secrets and volumes
	configs  []rio.Config // as they are to be
	volumes  []rio.Volume // as they are to be
	lacking  []string     // volumes that are external, and are not there
	waits    []string     // what is said of volumes that get no storage
	steps    map[string]serviceStep
	routes   map[string]routesStep
	gone     []string // services that left the file, sorted
	problems map[string]error
}

// serviceStep is the change of one service.
type serviceStep struct {
	before  cluster.Snapshot
	after   rio.Service
	changes plan.ChangeSet
}

// look lists what is in the stack.
func (w *stackWork) look(ctx context.Context) (err error) {
	if w.live, err = w.client.List(ctx, w.name, labels.Everything()); err != nil {
		return err
	}
	w.sets, err = w.client.ListRoutes(ctx, w.name)
	return err
}

// plan finds out what the file changes. What cannot be done with a service is one of the
// problems, and does not keep the others.
func (w *stackWork) plan(ctx context.Context) (err error) {
	if err := w.fits(); err != nil {
		return err
	}
	if err := w.look(ctx); err != nil {
		return err
	}
	if w.gateway, err = w.client.Gateway(ctx); err != nil {
		return err
	}
	if err := w.planData(ctx); err != nil {
		return err
	}
	names := slices.Collect(maps.Keys(w.file.Services))
	for _, s := range w.live {
		if _, wanted := w.file.Services[s.Name]; !wanted && s.Filed && w.only == "" {
			names, w.gone = append(names, s.Name), append(w.gone, s.Name)
		}
	}
	slices.Sort(names)
	slices.Sort(w.gone)
	w.gateway.Missing = w.gateway.Lacks(w.revisions())
	if err := w.findTaken(ctx); err != nil {
		return err
	}
	before := make([]cluster.Snapshot, len(names))
	group, loading := errgroup.WithContext(ctx)
	group.SetLimit(sideBySide)
	for i, name := range names {
		group.Go(func() (err error) {
			before[i], err = w.client.Load(loading, w.ref(name))
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	w.steps = map[string]serviceStep{}
	w.have.Services, w.want.Services = map[string]stack.Service{}, map[string]stack.Service{}
	for i, name := range names {
		w.step(ctx, name, before[i])
	}
	w.findNames(ctx)
	if err := w.planAllRoutes(ctx); err != nil {
		return err
	}
	w.planLeft()
	return nil
}

// planLeft takes what left the file out of the changes where something else cannot be done: it stays
// until that can.
func (w *stackWork) planLeft() {
	if !w.stays() {
		return
	}
	for _, name := range w.gone {
		delete(w.steps, name)
		delete(w.have.Services, name)
	}
	for i, d := range w.data {
		if d.gone == nil {
			continue
		}
		w.data[i].changes = nil
		if d.gone.Kind == rio.KindSecret {
			delete(w.have.Secrets, d.gone.Name)
		} else {
			delete(w.have.Configs, d.gone.Name)
		}
	}
}

// stays reports whether it is known beforehand that what left the file is not removed.
func (w *stackWork) stays() bool {
	for what := range w.problems {
		if !slices.Contains(w.gone, what) {
			return true
		}
	}
	return false
}

func (w *stackWork) ref(service string) rio.Ref { return rio.Ref{Namespace: w.name, Service: service} }

func (w *stackWork) step(ctx context.Context, name string, before cluster.Snapshot) {
	after, err := w.decide(ctx, name, true)(before)
	step := serviceStep{before: before, after: after}
	if err == nil {
		after = plan.Blame(before.Service, after, nil, rio.Cause{})
		step.changes, err = before.Changes(after)
	}
	if err != nil {
		w.problems[name] = w.wrong("services", name, fmt.Sprintf("service %q", name), err)
		return
	}
	w.steps[name] = step
	for _, p := range after.Ports {
		if p.AtGateway && after.Exists() {
			w.gateway.Taken[p.Number] = after.Ref() // for those that come after it
		}
	}
	if before.Service.Exists() {
		w.have.Services[name] = asWritten(before.Service)
	}
	if after.Exists() {
		w.want.Services[name] = asWritten(after)
	}
}

// wrong says of what cannot be done with a part of the file where that stands, as what is wrong with the text
// alone has it; of what does not stand there, what it is.
func (w *stackWork) wrong(section, name, what string, err error) error {
	where, ok := w.file.Where(section, name)
	if !ok {
		return fmt.Errorf("%s: %w", what, err)
	}
	if w.path != "" {
		where = w.path + ": " + where
	}
	return lined{fmt.Errorf("%s: %w", where, err), w.file.Lines[section+"."+name]}
}

// decide makes a service what the file says, or removes one that left it. In a rehearsal routes that
// left the file still lead there, and to what left it all that the file rules, which they do no more
// when it comes to that.
func (w *stackWork) decide(ctx context.Context, name string, rehearsal bool) func(cluster.Snapshot) (rio.Service, error) {
	return func(s cluster.Snapshot) (rio.Service, error) {
		wanted, ok := w.file.Services[name]
		if rehearsal {
			s.Service.Routes = slices.DeleteFunc(slices.Clone(s.Service.Routes), func(set rio.RouteSet) bool {
				return w.fileRules(set) && (!ok || w.leaves(set))
			})
		}
		if !ok {
			return plan.Remove(s.Service, "", false)
		}
		furnish := func(fresh rio.Service, revision string) (rio.Service, error) {
			if err := w.hasExternal(fresh, revision); err != nil {
				return fresh, err
			}
			if err := w.hasRoles(ctx, fresh, s.Service, revision); err != nil {
				return fresh, err
			}
			return w.furnish(ctx, fresh, revision, w.volumes, w.configs, "this again")
		}
		if w.only == "" {
			return plan.Up(s.Service, wanted.Service, w.gateway, furnish)
		}
		shown := s.Service
		if step, planned := w.steps[name]; planned { // at the write there may be more than that
			shown = step.before.Service
		}
		return plan.Edit(s.Service, shown, wanted.Service, w.gateway, furnish)
	}
}

// asWritten is a service as a stack file has it.
func asWritten(s rio.Service) stack.Service { return stack.Service{Service: plan.Write(s)} }

// failure is what cannot be done, in the order of the lines, then of the names.
func (w *stackWork) failure() error {
	return inLines(tryAll(slices.Sorted(maps.Keys(w.problems)), func(what string) error { return w.problems[what] }))
}

// lined is an error about a line of the file.
type lined struct {
	error
	line int
}

func (l lined) Unwrap() error { return l.error }

// inLines puts errors about lines first, in the order of these.
func inLines(err error) error {
	all := flat(err)
	place := func(e error) int {
		if l, ok := errors.AsType[lined](e); ok {
			return l.line
		}
		return math.MaxInt
	}
	slices.SortStableFunc(all, func(a, b error) int { return cmp.Compare(place(a), place(b)) })
	return errors.Join(all...)
}

// changes reports whether there is anything to do.
func (w *stackWork) changes() bool { return len(w.objectChanges()) > 0 }

// objectChanges are all writes, in the order in which they are made when one service is
// brought up after the other.
func (w *stackWork) objectChanges() plan.ChangeSet {
	var all plan.ChangeSet
	for _, d := range w.data {
		all = append(all, d.changes...)
	}
	for _, name := range slices.Sorted(maps.Keys(w.steps)) {
		all = append(all, w.steps[name].changes...)
	}
	for _, host := range slices.Sorted(maps.Keys(w.routes)) {
		all = append(all, w.routes[host].changes...)
	}
	return all
}
