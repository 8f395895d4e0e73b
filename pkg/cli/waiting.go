package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// waiting is one call of wait.
type waiting struct {
	o      *Options
	client *cluster.Client
	goals  []plan.Goal

	mu   sync.Mutex
	line *line
	said map[rio.Ref]string // of what has not arrived
}

// meant are the services that names mean, and stacks as references without a service. A name
// alone is a service's, also while there is none: what is waited for may be about to come or gone.
func (w *waiting) meant(ctx context.Context, args []string, kind string) ([]rio.Ref, error) {
	types := []string{typeService, typeStack}
	if kind != "" && !slices.Contains(types, kind) {
		return nil, usagef("invalid --type %q: want %s", kind, strings.Join(types, ", "))
	}
	var refs []rio.Ref
	for _, arg := range args {
		read, err := parseAll(w.o, []string{arg}, refOrStack)
		if err != nil {
			return nil, err
		}
		ref := read[0]
		switch {
		case kind == typeStack && !strings.Contains(arg, ":"):
			ref = rio.Ref{Namespace: strings.TrimSuffix(arg, "/")}
		case strings.Contains(arg, ":"):
			if ref, err = expected(ctx, w.client, arg, ref); err != nil {
				return nil, err
			}
		}
		if !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	return refs, nil
}

// wait watches each namespace once, whatever of it is waited for.
func (w *waiting) wait(ctx context.Context, refs []rio.Ref) error {
	byNamespace := map[string][]rio.Ref{}
	for _, ref := range refs {
		byNamespace[ref.Namespace] = append(byNamespace[ref.Namespace], ref)
	}
	var errs []error
	var all sync.WaitGroup
	for namespace, own := range byNamespace {
		all.Go(func() {
			err := w.in(ctx, namespace, own)
			w.mu.Lock()
			defer w.mu.Unlock()
			errs = append(errs, err)
		})
	}
	all.Wait()
	if w.line != nil {
		w.line.end(w.line.text)
	}
	return errors.Join(errs...)
}

// in waits for what is of one namespace. What can never come is an error of its own, and
// the others go on being waited for.
func (w *waiting) in(ctx context.Context, namespace string, left []rio.Ref) error {
	var errs []error
	is := map[rio.Ref]plan.Standing{}
	routes := slices.ContainsFunc(w.goals, plan.Goal.Weighs)
	err := w.client.Await(ctx, namespace, routes, func(see func(rio.Ref) plan.Sight, all func() []plan.Sight) (bool, error) {
		var still []rio.Ref
		for _, ref := range left {
			var st plan.Standing
			if ref.Service == "" {
				st = plan.StandAll(all(), w.goals)
			} else {
				st = plan.Stand(see(ref.Of("")), ref, w.goals)
			}
			is[ref] = st
			if len(st.Left) == 0 {
				w.tell(ref, st)
				errs = append(errs, w.arrived(ref))
				continue
			}
			if err := w.hopeless(ctx, st, see); err != nil {
				w.drop(ref)
				errs = append(errs, err)
				continue
			}
			still = append(still, ref)
			w.tell(ref, st)
		}
		left = still
		return len(left) == 0, nil
	})
	if errors.Is(err, context.DeadlineExceeded) {
		err = nil
		for _, ref := range left {
			errs = append(errs, late(ref, is[ref]))
		}
	}
	return errors.Join(append(errs, err)...)
}

// hopeless asks about revisions in error whether it is their newest pods that cannot start.
func (w *waiting) hopeless(ctx context.Context, st plan.Standing, see func(rio.Ref) plan.Sight) error {
	for _, ref := range st.Broken {
		if rev, ok := see(ref.Of("")).Service.Revision(ref.RevisionName()); ok {
			if err := w.client.Hopeless(ctx, ref, rev.Kind); err != nil {
				return err
			}
		}
	}
	return nil
}

// tell shows how something is.
func (w *waiting) tell(ref rio.Ref, st plan.Standing) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.line == nil {
		w.line, w.said = w.o.progress().begin("wait"), map[rio.Ref]string{}
	}
	if text := fmt.Sprintf("%s %s", named(ref), st.Is); w.said[ref] != text { // others may have been told of since
		w.said[ref] = text
		w.line.update(w.shown(ref))
	}
}

// arrived prints what is as it was waited for.
func (w *waiting) arrived(ref rio.Ref) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.forget(ref)
	id := ref.ID()
	if ref.Service == "" {
		id = ref.Namespace
	}
	_, err := fmt.Fprintln(w.o.Out, id)
	return err
}

// drop ends the waiting for something.
func (w *waiting) drop(ref rio.Ref) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.forget(ref)
}

// forget takes something off the line, where others are still on it; the lock is held.
func (w *waiting) forget(ref rio.Ref) {
	delete(w.said, ref)
	if w.line != nil && w.line.p.live && len(w.said) > 0 {
		w.line.update(w.shown(ref))
	}
}

// shown is what the line says: on a terminal, where it is the only one, of all that is left, and
// elsewhere of what has changed.
func (w *waiting) shown(ref rio.Ref) string {
	if !w.line.p.live {
		return w.said[ref]
	}
	return strings.Join(slices.Sorted(maps.Values(w.said)), "; ")
}

// named is what was waited for, as it is typed.
func named(ref rio.Ref) string {
	if ref.Service == "" {
		return ref.Namespace + "/"
	}
	return ref.String()
}

// late is the error for something that has not come in time.
func late(ref rio.Ref, st plan.Standing) error {
	see := "kubectl rio ps -n " + ref.Namespace
	switch {
	case ref.Service != "" && st.Is != "not there":
		see += " " + ref.String()
	case st.Is == plan.NoServices:
		see = "kubectl rio stack ls"
	}
	if st.Left == nil {
		return cluster.NotReady("%q could not be seen in time; see: %s", named(ref), see)
	}
	return cluster.NotReady("%q is not %s in time: it is %s; see: %s", named(ref), strings.Join(st.Left, " and "), st.Is, see)
}
