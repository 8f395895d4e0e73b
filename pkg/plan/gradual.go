package plan

import (
	"fmt"
	"time"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Action is what is to be done with a gradual release now.
type Action string

// Actions.
const (
	ActionHold  Action = "hold"  // look again in a while
	ActionGoOn  Action = "go on" // the next share, or done
	ActionAbort Action = "abort" // latest gets all
)

// Verdict is an action and why.
type Verdict struct {
	Action Action
	Why    string   // for people: next 50% in 12s
	Gate   rio.Gate // that was breached, when it is an abort
}

// Decide judges a step of a gradual release by what the revision did since it has its
// current share:
//
//  1. too few requests say nothing: hold
//  2. a gate is breached: abort, at once
//  3. too few answers were timed yet, for a gate that is about times: hold
//  4. the step's time is not over: hold
//  5. go on
//
// The last share is watched too, when there are gates. Without any, figures that nobody
// measured are enough, with the time that has passed as their window.
func Decide(g rio.Gradual, current int, f rio.Figures) Verdict {
	next, done := g.Next(current)
	then := fmt.Sprintf("next %d%%", next)
	if done {
		then = "done"
	}
	least := g.MinRequests
	if len(g.Gates) > 0 {
		least = max(least, 1)
	}
	if f.Requests < least {
		return Verdict{Action: ActionHold, Why: fmt.Sprintf("%s waits for requests: %d/%d", then, f.Requests, least)}
	}
	untimed := ""
	for _, gate := range g.Gates {
		if n := gate.Seen(f); n < least {
			untimed = fmt.Sprintf("%s waits for times: %d/%d", then, n, least)
		} else if breached, why := gate.Breached(f); breached {
			return Verdict{ActionAbort, why, gate}
		}
	}
	if untimed != "" {
		return Verdict{Action: ActionHold, Why: untimed}
	}
	watched := !done || len(g.Gates) > 0
	if left := g.Every - f.Window; watched && left > 0 {
		return Verdict{Action: ActionHold, Why: fmt.Sprintf("%s in %s", then, rio.Span(ceil(left)))}
	}
	return Verdict{Action: ActionGoOn, Why: then}
}

// ceil is in whole seconds: what is to come is never in 0s.
func ceil(d time.Duration) time.Duration {
	return (d + time.Second - 1).Truncate(time.Second)
}

// Go is the service with the gradual release that gives its revision a share; with none
// when the release ends there.
func Go(s rio.Service, g *rio.Gradual, revision string, share int) (rio.Service, error) {
	next, err := Weight(s, map[string]int{revision: share})
	if err == nil {
		next.Gradual = g
	}
	return next, err
}

// endGradual takes away the note of a gradual release of a revision that is no longer what
// it was.
func endGradual(s *rio.Service, revision string) {
	if s.Gradual != nil && s.Gradual.Revision == revision {
		s.Gradual = nil
	}
}
