package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// lookEvery is how often a step of a gradual release is looked at, and sayEvery how often it is
// said that it holds, where a line cannot be redrawn. Whether somebody else has taken over is asked
// every standEvery looks, and when it ends early, for standWait at most.
const (
	lookEvery  = time.Second
	sayEvery   = time.Minute
	standEvery = 5
	standWait  = 3 * time.Second
)

// eyes see what revisions do: through the gateways, or through a Prometheus that does.
type eyes struct {
	client     *cluster.Client
	prometheus string // URL
}

// view is what was seen of a service's revisions since a begin.
type view struct {
	begin  time.Time
	sample cluster.Sample
	total  map[string]rio.Figures // nil where nobody measures
}

// look goes on with a view, or with nil begins one.
func (e eyes) look(ctx context.Context, s rio.Service, last *view) (*view, error) {
	now := view{begin: time.Now(), total: map[string]rio.Figures{}}
	if last != nil {
		now.begin = last.begin
	}
	var err error
	if e.prometheus != "" {
		window := max(time.Since(now.begin), time.Second)
		now.total, err = cluster.Prometheus{URL: e.prometheus}.Measure(ctx, s, window)
		return &now, err
	}
	if now.sample, err = e.client.Measure(ctx, s); err != nil || last == nil {
		return &now, err
	}
	for name, f := range now.sample.Since(last.sample) {
		now.total[name] = last.total[name].Then(f)
	}
	return &now, nil
}

// watch looks at a share until it is judged. What nobody measures now is no request for a gate,
// so it holds, whatever was seen before.
func (r *gradual) watch(ctx context.Context) (plan.Verdict, error) {
	var snap cluster.Snapshot
	err := r.whileAway(ctx, func() (err error) {
		snap, err = r.client.Load(ctx, r.ref)
		return err
	})
	if err != nil {
		return plan.Verdict{}, err
	}
	begin := r.o.Now()
	var seen *view
	var verdict plan.Verdict
	said := begin // when the line was last shown, where it is not redrawn
	for looks := 1; ; looks++ {
		line := printer.Gradual{Revision: r.ref.Revision, Weight: r.share}
		next, err := r.eyes.look(ctx, snap.Service, seen)
		switch {
		case err == nil:
			seen = next
		case errors.Is(err, cluster.ErrUnseen) && len(r.g.Gates) == 0 && r.g.MinRequests == 0:
			seen = &view{}
		case ctx.Err() != nil:
			return verdict, ctx.Err()
		default: // a gateway pod is on its way out, or Prometheus is
			line.Blind = reason(err)
		}
		figures := rio.Figures{Window: r.o.Now().Sub(begin)}
		if line.Blind == "" && seen.total != nil {
			figures.Window = 0
			figures, line.Figures = seen.total[r.ref.Revision], seen.total
		}
		verdict = plan.Decide(r.g, r.share, figures)
		line.Then = verdict.Why
		if verdict.Action != plan.ActionHold {
			_, done := r.g.Next(r.share)
			line.Over = done || verdict.Action == plan.ActionAbort
			r.draw(line, true)
			return verdict, nil
		}
		say := !r.show.live && r.o.Now().Sub(said) >= sayEvery
		if r.draw(line, say); say {
			said = r.o.Now()
		}
		if err = cluster.Sleep(ctx, lookEvery); err == nil && looks%standEvery == 0 {
			err = r.overtaken(ctx)
		}
		if err != nil {
			line.Over = true
			r.draw(line, true)
			return verdict, err
		}
	}
}

// whileAway does something again while the API server does not answer, until ctx is over: one that
// restarts ends no release of hours, and leaves no bad revision its share.
func (r *gradual) whileAway(ctx context.Context, do func() error) error {
	for said := false; ; said = true {
		err := do()
		if !cluster.IsPassing(err) || errors.Is(err, cluster.ErrNotReady) {
			return err
		}
		if !said {
			r.o.talk("%-10s waits: %v", r.ref, err)
		}
		switch over := cluster.Sleep(ctx, lookEvery); {
		case errors.Is(over, context.Canceled):
			return over
		case over != nil:
			return cluster.Mark(err, cluster.ErrNotReady)
		}
	}
}

// overtaken is the error of stands by what the cluster holds now. That it cannot be read is none:
// the next look reads it again, and a write fails by itself.
func (r *gradual) overtaken(ctx context.Context) error {
	snap, err := r.client.Load(ctx, r.ref)
	if err == nil {
		err = r.stands(snap.Service)
	}
	if errors.Is(err, cluster.ErrOvertaken) {
		return err
	}
	return nil
}

// reason is short enough for a line that is redrawn.
func reason(err error) string {
	text, _, _ := strings.Cut(cluster.Innermost(err).Error(), "\n")
	return printer.Clean(fmt.Sprintf("%.60s", text))
}

// draw redraws the line of a gradual release; where that cannot be, the last one is shown, and one now and then.
func (r *gradual) draw(line printer.Gradual, last bool) {
	switch {
	case r.o.Quiet:
	case r.show.live && last:
		fmt.Fprintf(r.o.ErrOut, "\r\x1b[K%s\n", line.Line(r.bars))
	case r.show.live && r.show.width > 0: // it is drawn again, so it must not wrap
		room := r.show.width - 1
		fmt.Fprintf(r.o.ErrOut, "\r\x1b[K%s", shortened(line.Within(room, r.bars), room))
	case r.show.live:
		fmt.Fprintf(r.o.ErrOut, "\r\x1b[K%s", line.Line(r.bars))
	case last:
		fmt.Fprintln(r.o.ErrOut, line.Line(r.bars))
	}
}
