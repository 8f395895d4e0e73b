package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

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

	on, goesOn bool   // one of this revision was on before, and is gone on with
	goOn       string // what does so after a stop
	promotes   bool   // a promotion comes next, which takes over the note of it

	result []manifest.Object // of the last step
	left   error             // that routes of other stacks lead on where they led; it ends no step
}

// newGradual is a release that begins, or goes on: with --resume, or when it is asked for again.
// It refuses what could not come to its end.
func (m *mutation) newGradual(ctx context.Context, ref rio.Ref, g rio.Gradual, f gradualFlags) (*gradual, error) {
	snap, err := m.client.Load(ctx, ref)
	if err != nil {
		return nil, err
	}
	rev, ok := snap.Service.Revision(ref.Revision)
	if !ok {
		return nil, rio.NotStaged(snap.Service, ref.Revision)
	}
	r := &gradual{mutation: m, ref: ref, g: g, share: rev.Weight, bars: printer.NewBars(m.o.unicode(m.o.ErrOut))}
	r.eyes = eyes{client: m.client, prometheus: f.prometheus}
	r.goOn = fmt.Sprintf("kubectl rio weight -n %s --resume %s%s", ref.Namespace, f.where(), ref)
	on := snap.Service.Gradual
	r.on = on != nil && on.Revision == ref.Revision
	switch r.g.From = rev.Weight; {
	case f.resume && !r.on:
		return nil, fmt.Errorf("no gradual release of %q is on; begin one: kubectl rio weight -n %s %s=100%% --step 10", ref, ref.Namespace, ref)
	case r.on && !f.resume && !g.Repeats(*on): // on other terms, it is taken back as far as before
		r.g.From = min(on.From, rev.Weight)
	case r.on:
		r.g, r.goesOn = *on, true
		m.o.talk("%-10s goes on at %d%%, in steps of %d%% every %s, to %d%%", ref, r.share, r.g.Step, rio.Span(r.g.Every), r.g.To)
	}
	if _, err := plan.Go(snap.Service, nil, ref.Revision, r.g.To); err != nil {
		return nil, err
	}
	return r, r.mayMeasure(ctx, snap.Service, f.resume)
}

// mayMeasure refuses gates that nobody could judge, before anything is written.
func (r *gradual) mayMeasure(ctx context.Context, s rio.Service, resumed bool) error {
	if len(r.g.Gates) == 0 && r.g.MinRequests == 0 {
		return nil
	}
	if !slices.ContainsFunc(s.Ports, rio.Port.HTTP) {
		return fmt.Errorf("--abort-if and --min-requests judge requests, and service %q has no http port; leave them out", s.Name)
	}
	_, err := r.eyes.look(ctx, s, nil)
	remedy := "leave them out, or give --prometheus URL"
	if resumed {
		remedy = fmt.Sprintf("give --prometheus URL, or take the traffic off: kubectl rio abort -n %s %s", s.Namespace, s.Name)
	}
	if errors.Is(err, cluster.ErrUnseen) {
		return fmt.Errorf("--abort-if and --min-requests need figures of %q, and there are none: %w; %s", r.ref, err, remedy)
	}
	return err
}

// run goes through the steps, and says at the end, too, what did not follow.
func (r *gradual) run(ctx context.Context) error {
	err := r.steps(ctx)
	if errors.Is(err, errGone) {
		err = r.giveBack(ctx, err)
	}
	return errors.Join(err, r.left)
}

// steps alternates between a step and watching it. ctx ends with the user's patience, each step
// with --timeout.
func (r *gradual) steps(ctx context.Context) error {
	for begun := r.goesOn; ; begun = true {
		if begun && r.dryRun == dryRunNone {
			verdict, err := r.judge(ctx)
			if err != nil {
				return r.held(err)
			}
			if verdict.Action == plan.ActionAbort {
				return r.takeBack(ctx, verdict)
			}
		}
		next, done := r.g.Next(r.share)
		note := &r.g
		switch {
		case done && !begun && r.on: // the last share of one that was not judged to its end
		case done && r.promotes:
			return nil
		case done:
			note = nil
		}
		if err := r.set(ctx, note, next, !begun); err != nil {
			return r.held(err)
		}
		if note == nil || r.dryRun != dryRunNone {
			return nil
		}
	}
}

// judge watches a share for as long as it is to stand, and then, while it holds, for --timeout.
func (r *gradual) judge(ctx context.Context) (plan.Verdict, error) {
	watching, done := context.WithTimeout(ctx, r.g.Every+r.timeout)
	defer done()
	verdict, err := r.watch(watching)
	if err == nil {
		return verdict, nil
	}
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil && verdict.Why != "" {
		err = cluster.NotReady("%s", verdict.Why)
	}
	still, stop := context.WithTimeout(context.WithoutCancel(ctx), standWait) // after Ctrl-C, too
	defer stop()
	return verdict, cmp.Or(r.overtaken(still), err)
}

// set writes a share. Unless it is the first, the one before must still be what it was left
// as: else somebody else has taken over. A try that lost a race for a route which follows has
// written its own share already.
func (r *gradual) set(ctx context.Context, note *rio.Gradual, share int, first bool) error {
	ctx, cancel := r.within(ctx)
	defer cancel()
	tried := false
	v := decide(func(s rio.Service) (rio.Service, error) {
		switch own := tried && r.isAt(s, share, note); {
		case own:
			r.share = share
		case !first:
			if err := r.stands(s); err != nil {
				return s, err
			}
		}
		tried = true
		next, err := plan.Go(s, note, r.ref.Revision, share)
		if err == nil {
			if on := s.Gradual; on != nil && on.Revision == r.ref.Revision {
				s.Gradual = nil // its own end is no news
			}
			r.describeSplit(s, next)
		}
		return next, err
	})
	write := func() error {
		result, err := r.apply(ctx, r.ref, v)
		if len(result) > 0 { // written, if perhaps not confirmed
			r.share, r.result = share, result
		}
		return err
	}
	var err error
	if first { // nothing is under way yet, and somebody looks on
		err = write()
	} else {
		err = r.whileAway(ctx, write)
	}
	if isLeftBehind(err) {
		if r.left == nil {
			r.o.talk("%v", err)
		}
		r.left, err = err, nil
	}
	return err
}

// stands is the error of a release that is not where it was left, for somebody else has taken over.
func (r *gradual) stands(s rio.Service) error {
	if r.isAt(s, r.share, &r.g) {
		return nil
	}
	if err := r.gone(s); err != nil {
		return err
	}
	return cluster.Mark(fmt.Errorf("somebody else changed the weights of %q meanwhile, so this release of %q ends here; see: kubectl rio weight -n %s %s", s.Name, r.ref.Revision, s.Namespace, s.Name), cluster.ErrOvertaken)
}

// isAt reports whether the revision has a share, and the release is noted so, or with nil not at all.
func (r *gradual) isAt(s rio.Service, share int, note *rio.Gradual) bool {
	rev, ok := s.Revision(r.ref.Revision)
	if !ok || rev.Weight != share {
		return false
	}
	if note == nil || s.Gradual == nil {
		return note == s.Gradual
	}
	return s.Gradual.String() == note.String()
}

// takeBack gives the revision the share that it began with, because of a gate. It never raises it.
func (r *gradual) takeBack(ctx context.Context, v plan.Verdict) error {
	at, back := r.share, min(r.g.From, r.share)
	if err := r.set(ctx, nil, back, false); errors.Is(err, errGone) {
		return err
	} else if err != nil {
		return r.held(fmt.Errorf("%s: %s; and it cannot be taken back: %w", r.ref.Revision, v.Why, err))
	}
	r.o.talk("aborted at %d%%: %s %s; back to %d%%", at, r.ref.Revision, v.Why, back)
	return fmt.Errorf("gate %q stopped the release of %q; it stays staged at %d%%; logs: kubectl rio logs -n %s %s",
		v.Gate, r.ref, back, r.ref.Namespace, r.ref)
}

// held says how to go on, or back, when a release stands still between its ends.
func (r *gradual) held(err error) error {
	written := r.goesOn || len(r.result) > 0 // else what is noted is another release, on other terms
	if r.share == r.g.From || !written || errors.Is(err, cluster.ErrOvertaken) {
		return err
	}
	return cluster.Mark(fmt.Errorf("release of %q holds at %d%%%s; go on: %s; go back: kubectl rio abort -n %s %s",
		r.ref, r.share, because(err), r.goOn, r.ref.Namespace, r.ref.Service), err, errStopped)
}
