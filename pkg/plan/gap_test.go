package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/test/gen"
)

// What counts is the pod that comes back: latest may have lost the volume.
func TestUndoBringsAVolumeBackInPlace(t *testing.T) {
	provide := func(s rio.Service, revision string) (rio.Service, error) {
		next, _, err := plan.Provide(s, revision, []rio.Volume{{Namespace: "default", Name: "data", SizeInGB: 1, AccessMode: corev1.ReadWriteOnce}})
		return next, err
	}
	for sentence, tc := range map[string]struct {
		asked   rio.Rollout
		want    rio.Rollout
		inPlace bool
	}{
		"nothing was asked":       {rio.Rollout{}, rio.Rollout{Recreate: true}, true},
		"stop-first":              {rio.Rollout{StopFirst: true, BatchSize: 1}, rio.Rollout{Recreate: true}, true},
		"the next is to be first": {rio.Rollout{BatchSize: 1}, rio.Rollout{BatchSize: 1}, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := foobar()
			latest, _ := s.Latest()
			latest.Rollout = tc.asked
			with := mounting("latest").Revisions[0].Template
			with.Spec.Containers[0].Image = "nginx:1"
			step, err := plan.Undo(s, []rio.Release{{Number: 2, Hash: "b", Current: true, Template: latest.Template}, {Number: 1, Hash: "a", Template: with}}, 0, provide)
			if err != nil || (step.Of == 1) != tc.inPlace || (plan.InPlace(step.Target) != "") != tc.inPlace {
				t.Fatalf("%+v, %v", step, err)
			}
			for _, r := range step.Target.Revisions {
				if cmp.Equal(r.Template, with) && r.Rollout != tc.want {
					t.Errorf("%s: %+v", r.Name, r.Rollout)
				}
			}
		})
	}
}

// Where the pod that comes back has no such volume, later ones begin before it ends, as ever.
func TestUndoOfAVolumeLetsPodsOverlapAgain(t *testing.T) {
	s := mounting("latest")
	latest, _ := s.Latest()
	latest.Rollout = rio.Rollout{Recreate: true}
	without := foobar().Revisions[0].Template
	without.Spec.Containers[0].Image = "nginx:1"
	step, err := plan.Undo(s, []rio.Release{{Number: 2, Hash: "b", Current: true, Template: latest.Template}, {Number: 1, Hash: "a", Template: without}}, 0,
		func(s rio.Service, revision string) (rio.Service, error) {
			next, _, err := plan.Provide(s, revision, nil)
			return next, err
		})
	if back, _ := step.Target.Latest(); err != nil || step.Of != 1 || back.Rollout != (rio.Rollout{}) {
		t.Errorf("%d steps, %+v, %v", step.Of, back.Rollout, err)
	}
}

// No step of a promotion, nor of the way back, replaces pods that get requests where they all end
// before others begin.
func TestPromotionsLeaveNoGap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Routed().Filter(gen.Served).Draw(t, "service")
		for i := range s.Revisions {
			s.Revisions[i].Rollout = rio.Rollout{Recreate: true}
		}
		ref := s.Ref().Of(gen.StagedName(t, s))
		w, m := worldOf(s), &memory{}
		watched := func(next func(rio.Service, []rio.Release) (plan.Step, error)) func(rio.Service, []rio.Release) (plan.Step, error) {
			return func(s rio.Service, h []rio.Release) (plan.Step, error) {
				step, err := next(s, h)
				for _, c := range plan.Diff(w.objects(), step.Target) {
					if r, ok := s.Revision(manifest.RefOf(c.Object()).RevisionName()); ok && c.Replaces() && r.Weight > 0 {
						t.Fatalf("%q replaces %s, which has %d%%", step.Title, r.Name, r.Weight)
					}
				}
				return step, err
			}
		}
		promote := watched(func(s rio.Service, h []rio.Release) (plan.Step, error) { return plan.Promote(s, ref.Revision, nil, h) })
		undo := watched(func(s rio.Service, h []rio.Release) (plan.Step, error) { return plan.Undo(s, h, 0, asIs) })
		travel(t, w, ref, m, "promote", rapid.IntRange(0, 20).Draw(t, "stopped"), promote)
		if _, there := w.load(ref).Revision(ref.Revision); there && w.load(ref).Promoting != "" {
			travel(t, w, ref, m, "undo", toTheEnd, undo)
		}
	})
}
