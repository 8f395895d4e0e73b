package plan

import (
	"cmp"
	"slices"
	"time"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Since says of a revision what is known to have happened to it after a time: when it was made, and
// which pod templates it got since, newest first in history. How it is today tells of neither, for
// it may have been changed many times in between.
func Since(ref rio.Ref, r rio.Revision, history []rio.Release, begin time.Time) []rio.Event {
	made := r.Observed.Created
	var events []rio.Event
	add := func(e rio.Event, at time.Time) {
		if !at.Before(begin) {
			e.Time = at
			events = append(events, e)
		}
	}
	add(beginning(ref, made, history), made)
	for i, release := range history {
		switch {
		case release.Number == 1: // it was made with it
		case i+1 < len(history) && release.Cause.At.Before(history[i+1].Cause.At): // it came back with its first note, and when is forgotten
		case i+1 < len(history):
			add(caused(rio.EventOf(ref, rio.EventTemplate, templateChange(history[i+1].Image(), release.Image())), release.Cause), release.Cause.At)
		default: // what was before it is forgotten
			add(caused(rio.EventOf(ref, rio.EventTemplate, "image "+release.Image()), release.Cause), release.Cause.At)
		}
	}
	slices.SortStableFunc(events, func(a, b rio.Event) int { return a.Time.Compare(b.Time) })
	return events
}

// soonAfter is how soon after a workload the first template is remembered.
const soonAfter = time.Minute

// beginning is the beginning of a revision, with the image that it had then, where that is known. A
// template that came back has another number and another cause than it had the first time.
func beginning(ref rio.Ref, made time.Time, history []rio.Release) rio.Event {
	e := rio.EventOf(ref, rio.EventCreated, begins(ref))
	if len(history) == 0 {
		return e
	}
	first := slices.MinFunc(history, func(a, b rio.Release) int { return cmp.Or(a.Made.Compare(b.Made), cmp.Compare(a.Number, b.Number)) })
	if first.Made.Sub(made) > soonAfter {
		return e
	}
	e.Message += ": image " + first.Image()
	if first.Number == 1 {
		e = caused(e, first.Cause)
	}
	return e
}
