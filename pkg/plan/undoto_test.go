package plan_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// To a release by its number there is no way through the middle of another change.
func TestUndoToInTheMiddle(t *testing.T) {
	const first = "; then: kubectl rio undo -n default --to 3 foobar"
	for sentence, tc := range map[string]struct {
		promoting string
		before    *rio.Before
		to        int
		want      string
	}{
		"of a promotion": {"v2", &rio.Before{Template: "b"}, 3,
			`service "foobar" is being promoted to revision "v2"; go back first: kubectl rio undo -n default foobar` + first},
		"of one whose note was lost": {"v2", nil, 3,
			`service "foobar" is being promoted to revision "v2"; go back first: kubectl rio undo -n default foobar` + first},
		"of an undo to another one": {plan.UndoRevision, &rio.Before{Undo: true, To: 4}, 3,
			`an undo of "foobar" is not finished, and it goes elsewhere than to number 3; finish it first: kubectl rio undo -n default foobar` + first},
		"of an undo that has a way back": {plan.UndoRevision, &rio.Before{Undo: true, To: 4, From: 5}, 3,
			`an undo of "foobar" is not finished, and it goes elsewhere than to number 3; finish it first: kubectl rio undo -n default foobar; or take it back: kubectl rio undo -n default --to 5 foobar` + first},
		"of that undo":               {plan.UndoRevision, &rio.Before{Undo: true, To: 4}, 4, ""},
		"back from that undo":        {plan.UndoRevision, &rio.Before{Undo: true, To: 4, From: 5, Template: "b"}, 5, ""},
		"of an undo, with no number": {plan.UndoRevision, &rio.Before{Undo: true, To: 4}, 0, ""},
		"of a promotion, with none":  {"v2", &rio.Before{Template: "b"}, 0, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := foobar()
			rev, _ := s.Revision("v2")
			rev.Name, s.Promoting, s.Before = tc.promoting, tc.promoting, tc.before
			_, err := plan.Undo(s, []rio.Release{{Number: 5, Hash: "b", Current: true}, {Number: 3, Hash: "a"}}, tc.to, asIs)
			if tc.want != "" {
				wantError(t, tc.want, err)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

// What came back by its number has another one then: the same command again finds all done.
func TestUndoToANumberIsDoneOnce(t *testing.T) {
	for to, want := range map[int]string{
		3: "", 2: "stage undo (nginx)", 30: `service "foobar" has no number 30 in its history (has 4, 2); see: kubectl rio history -n default foobar`,
	} {
		s := foobar()
		history := []rio.Release{{Number: 4, Hash: "a", Current: true, Cause: rio.Cause{Command: "undo --to 3 foobar"}}, {Number: 2, Hash: "b", Template: s.Revisions[0].Template}}
		step, err := plan.Undo(s, history, to, asIs)
		if got := step.Title; err != nil && err.Error() != want || err == nil && got != want {
			t.Errorf("to %d: %q, %v; want %q", to, got, err, want)
		}
	}
}

// The number that an undo goes to is noted with its first traffic, and outlives the renumbering of
// what comes back: the same command finishes it from anywhere.
func TestUndoToANumberIsFinishedByIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, m, ref := promoted(t)
		history := m.look(w, ref)
		if len(history) < 2 {
			return // the revision had latest's pod
		}
		to := history[1].Number
		undo := func(s rio.Service, h []rio.Release) (plan.Step, error) { return plan.Undo(s, h, to, asIs) }
		travel(t, w, ref, m, "undo", rapid.IntRange(0, 20).Draw(t, "undo stopped"), undo)
		if w.load(ref).Promoting == "" && m.releases[0].Number > history[0].Number {
			return // done: there is no such number any more
		}
		travel(t, w, ref, m, "undo", toTheEnd, undo)
		if got := m.look(w, ref)[0]; got.Hash != history[1].Hash && got.Number <= history[0].Number {
			t.Fatalf("latest is number %d, want what was %d", got.Number, to)
		}
	})
}
