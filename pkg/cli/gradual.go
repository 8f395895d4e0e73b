package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// gradual is a gradual release under way.
type gradual struct {
	*mutation
	eyes  eyes
	ref   rio.Ref // of the revision
	g     rio.Gradual
	share int // that it has now, percent
	bars  printer.Bars

	result []manifest.Object // of the last step
}

// goGradually takes a revision's share to where it is to be, or goes on with a release that
// the cluster knows of, and gives what its last step wrote. ctx ends with the user's patience,
// each step with --timeout.
func (m *mutation) goGradually(ctx context.Context, ref rio.Ref, g rio.Gradual, f gradualFlags) ([]manifest.Object, error) {
	snap, err := m.client.Load(ctx, ref)
	if err != nil {
		return nil, err
	}
	if _, ok := snap.Service.Revision(ref.Revision); !ok {
		return nil, rio.NoSuchRevision(snap.Service, ref.Revision)
	}
	r := &gradual{mutation: m, ref: ref, g: g, bars: printer.NewBars(m.o.unicode())}
	r.eyes = eyes{client: m.client, prometheus: f.prometheus}
	rev, _ := snap.Service.Revision(ref.Revision)
	r.share, r.g.From = rev.Weight, rev.Weight
	if f.resume {
		if snap.Service.Gradual == nil || snap.Service.Gradual.Revision != ref.Revision {
			return nil, fmt.Errorf("no gradual release of %q is on; begin one: kubectl rio weight -n %s %s=100%% --step 10", ref, ref.Namespace, ref)
		}
		r.g = *snap.Service.Gradual
		m.o.talk("%-10s goes on at %d%%, in steps of %d%% every %s, to %d%%", ref, r.share, r.g.Step, rio.Span(r.g.Every), r.g.To)
	}
	if _, err := plan.Go(snap.Service, nil, ref.Revision, r.g.To); err != nil {
		return nil, err
	}
	if err := r.mayMeasure(ctx, snap.Service); err != nil {
		return nil, err
	}
	err = r.run(ctx, f.resume)
	return r.result, err
}

// mayMeasure refuses gates that nobody could judge, before anything is written.
func (r *gradual) mayMeasure(ctx context.Context, s rio.Service) error {
	if len(r.g.Gates) == 0 && r.g.MinRequests == 0 {
		return nil
	}
	_, err := r.eyes.look(ctx, s, nil)
	if errors.Is(err, cluster.ErrUnseen) {
		return fmt.Errorf("--abort-if and --min-requests need figures of %q, and there are none: %w; leave them out, or give --prometheus URL", r.ref, err)
	}
	return err
}

// run alternates between a step and watching it.
func (r *gradual) run(ctx context.Context, begun bool) error {
	for ; ; begun = true {
		if begun {
			verdict, err := r.watch(ctx)
			if err != nil {
				return r.held(err)
			}
			if verdict.Action == plan.ActionAbort {
				return r.takeBack(ctx, verdict)
			}
		}
		next, done := r.g.Next(r.share)
		note := &r.g
		if done {
			note = nil
		}
		if err := r.set(ctx, note, next, !begun); err != nil {
			return r.held(err)
		}
		if done || r.dryRun != dryRunNone {
			return nil
		}
	}
}

// set writes a share. Unless it is the first, the one before must still be what it was left
// as: else somebody else has taken over.
func (r *gradual) set(ctx context.Context, note *rio.Gradual, share int, first bool) error {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	result, err := r.apply(ctx, r.ref, decide(func(s rio.Service) (rio.Service, error) {
		rev, ok := s.Revision(r.ref.Revision)
		if ok && !first && (rev.Weight != r.share || s.Gradual == nil || s.Gradual.String() != r.g.String()) {
			return s, fmt.Errorf("somebody else changed the weights of %q meanwhile, so this release of %q ends here; see: kubectl rio weight -n %s %s%.0w", s.Name, r.ref.Revision, s.Namespace, s.Name, cluster.ErrOvertaken)
		}
		next, err := plan.Go(s, note, r.ref.Revision, share)
		if err == nil {
			r.describeSplit(s, next)
		}
		return next, err
	}))
	if len(result) > 0 { // written, if perhaps not confirmed
		r.share, r.result = share, result
	}
	return err
}

// takeBack gives the revision the share that it began with, because of a gate.
func (r *gradual) takeBack(ctx context.Context, v plan.Verdict) error {
	at := r.share
	if err := r.set(ctx, nil, r.g.From, false); err != nil {
		return r.held(fmt.Errorf("%s: %s; and it cannot be taken back: %w", r.ref.Revision, v.Why, err))
	}
	r.o.talk("aborted at %d%%: %s %s; back to %d%%", at, r.ref.Revision, v.Why, r.g.From)
	return fmt.Errorf("gate %q stopped the release of %q; it stays staged at %d%%; logs: kubectl rio logs -n %s %s",
		v.Gate, r.ref, r.g.From, r.ref.Namespace, r.ref)
}

// held says how to go on, or back, when a release stands still between its ends.
func (r *gradual) held(err error) error {
	if r.share == r.g.From || errors.Is(err, cluster.ErrOvertaken) {
		return err
	}
	return fmt.Errorf("release of %q holds at %d%%%s; go on: kubectl rio weight -n %s --resume %s; go back: kubectl rio abort -n %s %s%.0w%.0w",
		r.ref, r.share, because(err), r.ref.Namespace, r.ref, r.ref.Namespace, r.ref.Service, err, errStopped)
}
