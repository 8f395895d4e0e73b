package plan_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/test/gen"
)

// Whatever of a promotion is done when somebody deletes its revision: undo gives latest the pod
// that it had, and none before that.
func TestUndoOfAPromotionThatLostItsRevision(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Routed().Filter(gen.Served).Draw(t, "service")
		ref := s.Ref().Of(gen.StagedName(t, s))
		latest, _ := s.Latest()
		if rev, _ := s.Revision(ref.Revision); rapid.Bool().Draw(t, "with latest's pod") {
			rev.Template, rev.Permissions, rev.GlobalPermissions = *latest.Template.DeepCopy(), latest.Permissions, latest.GlobalPermissions
		}
		promote := func(s rio.Service, h []rio.Release) (plan.Step, error) { return plan.Promote(s, ref.Revision, nil, h) }
		undo := func(s rio.Service, h []rio.Release) (plan.Step, error) { return plan.Undo(s, h, 0, asIs) }
		all := travel(t, worldOf(s), ref, &memory{}, "promote", toTheEnd, promote)
		w, m := worldOf(s), &memory{}
		travel(t, w, ref, m, "promote", rapid.IntRange(0, all-1).Draw(t, "promotion stopped"), promote)
		if w.load(ref).Promoting == "" {
			return // not begun
		}
		delete(w, "Deployment/"+ref.ObjectName())
		travel(t, w, ref, m, "undo", rapid.IntRange(0, 20).Draw(t, "undo stopped"), undo)
		travel(t, w, ref, m, "undo", toTheEnd, undo)
		after := w.load(ref)
		got, _ := after.Latest()
		want := latest.Template.DeepCopy()
		want.Spec.AutomountServiceAccountToken = got.Template.Spec.AutomountServiceAccountToken
		before := rio.Service{Revisions: []rio.Revision{{Template: *want}}}
		same(t, "latest's pod", before, rio.Service{Revisions: []rio.Revision{{Template: got.Template}}})
		if after.Promoting != "" || len(after.Lost) > 0 {
			t.Fatalf("left over: promotion of %q, %v", after.Promoting, after.Lost)
		}
	})
}

// A revision that is gone before latest got its pod: what ran before latest is not asked for.
func TestUndoDoesNotGoTooFar(t *testing.T) {
	for sentence, tc := range map[string]struct {
		before   *rio.Before
		upToDate bool
		last     bool
		title    string
	}{
		"latest is as it was":               {&rio.Before{Template: "b", Settings: rio.Settings{Rollout: rio.Rollout{BatchSize: 2}}}, true, true, "traffic as before"},
		"latest has the revision's pod":     {&rio.Before{Template: "a"}, true, false, "end the promotion"},
		"latest gets the revision's pod":    {&rio.Before{Template: "b"}, false, false, "end the promotion"},
		"nobody knows what it was":          {nil, true, false, "end the promotion"},
		"what it was is remembered no more": {&rio.Before{Template: "c"}, true, false, "end the promotion"},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := foobar()
			s.Promoting, s.Before, s.Sticky = "v2", tc.before, "rio-foobar"
			s.Drop("v2")
			latest, _ := s.Latest()
			latest.Weight, latest.Observed = 100, &rio.Observed{Template: latest.Template, UpToDate: tc.upToDate}
			history := []rio.Release{{Number: 2, Hash: "b", Current: true}, {Number: 1, Hash: "a"}}
			step, err := plan.Undo(s, history, 0, asIs)
			if err != nil || step.Title != tc.title || step.Last != tc.last || step.Target.Promoting != "" || step.Target.Before != nil {
				t.Fatalf("%v, %+v", err, step)
			}
			want := s.Clone()
			want.Promoting, want.Before = "", nil
			if tc.last {
				want.Sticky, want.Undone = "", rio.Undone{Revision: "v2", Template: "b"}
				want.Revisions[0].Rollout = tc.before.Rollout
			}
			same(t, "undone", want, step.Target)
		})
	}
}

// A promotion that a gradual release led to is taken back to where that began: the release is
// part of it. A share that somebody set by hand is not.
func TestUndoOfAGradualPromotion(t *testing.T) {
	release := func(of string, from int) *rio.Gradual {
		return &rio.Gradual{Revision: of, From: from, To: 100, Step: 20, Every: time.Second}
	}
	for sentence, tc := range map[string]struct {
		on    *rio.Gradual
		share int
		want  int
	}{
		"all of it, step by step":               {release("v2", 0), 100, 0},
		"all of it, from a share on":            {release("v2", 5), 100, 5},
		"all of it, by hand":                    {nil, 100, 100},
		"promoted by hand in the midst":         {release("v2", 0), 40, 40},
		"another one was released step by step": {release("v3", 0), 100, 100},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := foobar()
			s.Gradual = tc.on
			s.Revisions[0].Weight, s.Revisions[1].Weight = 100-tc.share, tc.share
			ref := s.Ref().Of("v2")
			for stop := range 12 {
				w, m := worldOf(s), &memory{}
				travel(t, w, ref, m, "promote", stop, func(s rio.Service, h []rio.Release) (plan.Step, error) {
					return plan.Promote(s, "v2", nil, h)
				})
				found := w.load(ref)
				if _, there := found.Revision("v2"); found.Promoting == "" || !there {
					if there && (found.Gradual == nil) != (tc.on == nil) {
						t.Errorf("the release is not noted any more, and no promotion is")
					}
					continue
				}
				travel(t, w, ref, m, "undo", toTheEnd, func(s rio.Service, h []rio.Release) (plan.Step, error) { return plan.Undo(s, h, 0, asIs) })
				back, _ := w.load(ref).Revision("v2")
				if back.Weight != tc.want {
					t.Errorf("stopped after %d writes and undone, v2 has %d%%, want %d%%", stop, back.Weight, tc.want)
				}
			}
		})
	}
}
