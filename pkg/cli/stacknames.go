package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// A name may pass from one thing of a file to another: routes come where a service was, or a revision. What left the
// file goes last, routes alone before the rest, so that others may still have the name when its time comes.

// findNames makes problems of the services for which a name is not free.
func (w *stackWork) findNames(ctx context.Context) {
	names := slices.Sorted(maps.Keys(w.steps))
	errs := make([]error, len(names))
	var asking errgroup.Group
	asking.SetLimit(sideBySide)
	for i, name := range names {
		asking.Go(func() error {
			errs[i] = w.findTakenNames(ctx, w.steps[name].changes)
			return nil // one keeps no other
		})
	}
	_ = asking.Wait()
	for i, name := range names {
		if errs[i] == nil {
			continue
		}
		w.problems[name] = w.wrong("services", name, fmt.Sprintf("service %q", name), errs[i])
		delete(w.steps, name)
		delete(w.have.Services, name)
		delete(w.want.Services, name)
	}
}

// findTakenNames is an error where a name is not free. What cannot be asked is so at the write.
func (w *stackWork) findTakenNames(ctx context.Context, changes plan.ChangeSet) error {
	err := w.mayBeNamed(ctx, changes)
	if _, taken := errors.AsType[cluster.Taken](err); !taken {
		return nil
	}
	return err
}

// mayBeNamed asks whether the names are free of what is new, or will be when that is written.
func (w *stackWork) mayBeNamed(ctx context.Context, changes plan.ChangeSet) error {
	for _, c := range changes {
		if err := w.whenFree(w.client.MustBeFree(ctx, plan.ChangeSet{c}, rio.Service{})); err != nil {
			return err
		}
	}
	return nil
}

// whenFree adds to the error of a taken name how it becomes free, where the file lets go of it. Of routes that go
// before anything is written there is none.
func (w *stackWork) whenFree(err error) error {
	taken, ok := errors.AsType[cluster.Taken](err)
	if !ok {
		return err
	}
	ref, host := manifest.RefOf(taken.By), manifest.RouteSetOf(taken.By)
	if host != "" {
		if slices.ContainsFunc(w.sets, func(set rio.RouteSet) bool { return set.Name == host && w.leaves(set) }) {
			return nil
		}
		return err
	}
	step, known := w.steps[ref.Service]
	_, stays := step.after.Revision(ref.RevisionName())
	switch {
	case slices.Contains(w.gone, ref.Service):
		return fmt.Errorf("%w, or take away first what left the file, which its callers notice: kubectl rio rm -n %s %s", err, w.name, ref.Service)
	case known && !stays:
		return fmt.Errorf("%w, or repeat the command when this one has ended, with which %q goes", err, ref)
	}
	return err
}
