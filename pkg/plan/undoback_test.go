package plan_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// From every point of an undo that has moved traffic, an undo to the number that latest had leads to
// where it began, also when it is stopped and begun again.
func TestUndoesCanBeTakenBackFromAnywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, m, ref := promoted(t)
		undo := func(to int) func(rio.Service, []rio.Release) (plan.Step, error) {
			return func(s rio.Service, h []rio.Release) (plan.Step, error) { return plan.Undo(s, h, to, asIs) }
		}
		if len(m.look(w, ref)) < 2 {
			return // the revision had latest's pod
		}
		before := w.load(ref)
		from := m.releases[0].Number
		travel(t, w, ref, m, "undo", rapid.IntRange(0, 20).Draw(t, "undo stopped"), undo(0))
		if !w.load(ref).Undoing() {
			return // not begun, or done
		}
		_, beside := w.load(ref).Revision(plan.UndoRevision)
		travel(t, w, ref, m, "undo --to", rapid.IntRange(0, 20).Draw(t, "way back stopped"), undo(from))
		if w.load(ref).Undoing() {
			travel(t, w, ref, m, "undo --to", toTheEnd, undo(from))
		}
		after := w.load(ref)
		now, _ := after.Latest()
		was, _ := before.Latest()
		if beside { // else it was as good as done, and is undone itself
			same(t, "latest's pod", withPod(was), withPod(now))
		}
		if after.Promoting != "" || now.Weight != was.Weight {
			t.Fatalf("left over: %q; latest has %d%%, had %d%%", after.Promoting, now.Weight, was.Weight)
		}
	})
}

func withPod(r *rio.Revision) rio.Service {
	return rio.Service{Revisions: []rio.Revision{{Template: r.Template}}}
}

// The pod of an undo crashes under all of latest's traffic. To go on would roll latest to it, so that
// is what latest was that takes the traffic, in one write.
func TestUndoWhosePodDoesNotHold(t *testing.T) {
	s := foobar()
	rev, _ := s.Revision("v2")
	latest, _ := s.Latest()
	rev.Name, s.Promoting, s.Before = plan.UndoRevision, plan.UndoRevision, &rio.Before{Undo: true, To: 3, From: 5, Template: "b"}
	rev.Weight, latest.Weight = 100, 0
	rev.Observed = &rio.Observed{Template: rev.Template, Replicas: 1, Total: 1, Updated: 1, UpToDate: true}
	latest.Observed = &rio.Observed{Template: latest.Template, Replicas: 1, Total: 1, Updated: 1, Available: 1, UpToDate: true}
	step, err := plan.Undo(s, []rio.Release{{Number: 5, Hash: "b", Current: true}, {Number: 3, Hash: "a"}}, 5, asIs)
	now, _ := step.Target.Latest()
	if err != nil || step.Number != 3 || !step.Last || now.Weight != 100 || step.Target.Promoting != "" || step.Target.Undone.Revision != "" {
		t.Fatalf("%v, %+v", err, step)
	}
	const want = `an undo of "foobar" is not finished; finish it first: kubectl rio undo -n default foobar; or take it back: kubectl rio undo -n default --to 5 foobar`
	_, err = plan.Abort(s)
	wantError(t, want, err)
}
