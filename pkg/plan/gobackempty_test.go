package plan_test

import (
	"testing"

	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// A latest without pods was promoted to: the way back gives it no share that it has no pods for, or it
// would wait for them for ever, from wherever the promotion was stopped.
func TestUndoOfAPromotionOfALatestWithoutPods(t *testing.T) {
	for sentence, tc := range map[string]struct {
		share int // of v2
		want  int32
	}{
		"which had the traffic all the same": {0, 2},
		"which had some of it":               {30, 2},
		"which had none":                     {100, 0},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := foobar()
			latest, v2 := &s.Revisions[0], &s.Revisions[1]
			latest.Replicas, v2.Replicas = ptr.To[int32](0), ptr.To[int32](2)
			latest.Weight, v2.Weight = 100-tc.share, tc.share
			ref := s.Ref().Of("v2")
			promote := func(s rio.Service, h []rio.Release) (plan.Step, error) { return plan.Promote(s, "v2", nil, h) }
			for stop := range 6 {
				w, m := worldOf(s), &memory{}
				travel(t, w, ref, m, "promote", stop, promote)
				if _, there := w.load(ref).Revision("v2"); !there || w.load(ref).Promoting == "" {
					continue
				}
				undo := func(s rio.Service, h []rio.Release) (plan.Step, error) {
					step, err := plan.Undo(s, h, 0, asIs)
					for _, c := range plan.Diff(w.objects(), step.Target) {
						for _, ref := range c.Raised() {
							if r, _ := s.Revision(ref.RevisionName()); *r.Replicas == 0 {
								t.Errorf("%q leads to %s, which has no pods", step.Title, r.Name)
							}
						}
					}
					return step, err
				}
				travel(t, w, ref, m, "undo", toTheEnd, undo)
				after := w.load(ref)
				back, _ := after.Latest()
				if *back.Replicas != tc.want || back.Weight != 100-tc.share || after.Promoting != "" {
					t.Errorf("stopped after %d writes and undone, latest has %d pods and %d%%, want %d and %d%%", stop, *back.Replicas, back.Weight, tc.want, 100-tc.share)
				}
			}
		})
	}
}

// Where the revision cannot take latest's traffic, latest keeps its pods, though it had none before.
func TestUndoTakesNoPodsFromTheTraffic(t *testing.T) {
	s := foobar()
	s.Promoting, s.Before = "v2", &rio.Before{Weight: 100, Replicas: ptr.To[int32](0), Template: "a"}
	latest, v2 := &s.Revisions[0], &s.Revisions[1]
	latest.Weight, v2.Weight = 100, 0
	v2.Observed = &rio.Observed{Template: v2.Template, Replicas: 2}
	was := *latest.Template.DeepCopy()
	latest.Template = v2.Template
	step, err := plan.Undo(s, []rio.Release{{Number: 2, Hash: "b", Current: true, Template: v2.Template}, {Number: 1, Hash: "a", Template: was}}, 0, asIs)
	if back, _ := step.Target.Latest(); err != nil || step.Number != 2 || *back.Replicas != 3 {
		t.Errorf("step %d with %d pods of latest (%v), want step 2 with 3", step.Number, *back.Replicas, err)
	}
}

// Nor is latest left without a pod where somebody deleted the revision that had the traffic.
func TestUndoGivesPodsWhereTheRevisionIsLost(t *testing.T) {
	s := foobar()
	s.Drop("v2")
	s.Promoting, s.Before = "v2", &rio.Before{Template: "b", Replicas: ptr.To[int32](0)}
	latest, _ := s.Latest()
	latest.Weight, latest.Replicas, latest.Kind = 100, ptr.To[int32](0), manifest.KindDeployment
	step, err := plan.Undo(s, []rio.Release{{Number: 2, Hash: "b", Current: true, Template: latest.Template}, {Number: 1, Hash: "a"}}, 0, asIs)
	if back, _ := step.Target.Latest(); err != nil || !step.Last || *back.Replicas != 1 {
		t.Errorf("%q leaves latest %d pods (%v), want 1", step.Title, *back.Replicas, err)
	}
}
