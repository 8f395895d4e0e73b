package plan_test

import (
	"maps"
	"testing"

	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/utils/ptr"
	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/test/gen"
)

// A promotion that is gone on with takes its first steps again where latest has a share and is to be
// replaced: whatever happened meanwhile, nobody sends to pods that are.
func TestPromotionsThatAreGoneOnWith(t *testing.T) {
	for sentence, tc := range map[string]struct {
		change func(s *rio.Service, latest, v2 *rio.Revision)
		want   int
		title  string
	}{
		"v2's pod was changed after step 3": {func(_ *rio.Service, latest, v2 *rio.Revision) { latest.Weight, v2.Weight = 100, 0 }, 1, "traffic to v2"},
		"and v2 was made smaller": {func(_ *rio.Service, latest, v2 *rio.Revision) {
			latest.Weight, v2.Weight, v2.Replicas = 100, 0, ptr.To[int32](1)
		}, 0, "scale v2 to 3"},
		"somebody gave latest a share": {func(_ *rio.Service, latest, v2 *rio.Revision) { latest.Weight, v2.Weight = 40, 60 }, 1, "traffic to v2"},
		"it got that of a revision which was lost": {func(s *rio.Service, latest, v2 *rio.Revision) {
			latest.Weight, v2.Weight, s.Lost = 20, 80, map[string]int{"v3": 20}
		}, 1, "traffic to v2"},
		"somebody deleted latest, which has a share": {func(s *rio.Service, latest, v2 *rio.Revision) {
			latest.Weight, v2.Weight = 0, 60
			s.Drop(rio.Latest)
		}, 1, "traffic to v2"},
		"nothing happened": {func(_ *rio.Service, latest, v2 *rio.Revision) { latest.Weight, v2.Weight = 0, 100 }, 2, "latest -> httpd"},
		"no route leads to it": {func(s *rio.Service, latest, v2 *rio.Revision) {
			latest.Weight, v2.Weight, s.Ports, s.Promoting = 100, 0, nil, ""
		}, 2, "latest -> httpd"},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := foobar()
			s.Promoting, s.Before = "v2", &rio.Before{Weight: 30}
			s.Revisions[1].Replicas = s.Revisions[0].Replicas
			tc.change(&s, &s.Revisions[0], &s.Revisions[1])
			step, err := plan.Promote(s, "v2", nil, nil)
			if err != nil || step.Number != tc.want || step.Title != tc.title {
				t.Fatalf("step %d, %q (%v), want %d, %q", step.Number, step.Title, err, tc.want, tc.title)
			}
			if v2, _ := step.Target.Revision("v2"); step.Number == 1 && v2.Weight != 100 {
				t.Errorf("v2 gets %d%%, want all", v2.Weight)
			}
			if step.Target.Promoting != s.Promoting || s.Before != nil && step.Target.Before.Weight != 30 {
				t.Errorf("the note is %q, %+v", step.Target.Promoting, step.Target.Before)
			}
		})
	}
}

// Wherever a promotion stood when somebody changed the revision's pod or the split, the same command
// ends it, and replaces no pod of latest that has traffic.
func TestPromotionsThatWereMeddledWithEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Routed().Filter(gen.Served).Draw(t, "service")
		ref := s.Ref().Of(gen.StagedName(t, s))
		var killed []world
		finish(t, worldOf(s), ref, nil, func(w world, changes plan.ChangeSet) {
			killed = append(killed, maps.Clone(w).apply(t, changes)...)
		})
		for _, w := range some(t, killed) {
			d, there := w["Deployment/"+ref.ObjectName()].(*appsv1.Deployment)
			if !there || w.load(ref).Promoting == "" {
				continue
			}
			if d = d.DeepCopy(); rapid.Bool().Draw(t, "restarted") {
				d.Spec.Template.Annotations = map[string]string{"kubectl.kubernetes.io/restartedAt": "now"}
				w["Deployment/"+ref.ObjectName()] = d
			}
			if rapid.Bool().Draw(t, "latest has a share") {
				giveBack(w, ref)
			}
			finish(t, w, ref, nil, func(w world, changes plan.ChangeSet) {
				latest, _ := w.load(ref).Latest()
				for _, c := range changes {
					if manifest.RefOf(c.Object()).IsLatest() && c.Replaces() && latest.Weight > 0 {
						t.Fatalf("pods of latest are replaced, which has %d%%", latest.Weight)
					}
				}
			})
			now := w["Deployment/"+ref.Service].(*appsv1.Deployment)
			if want := d.Spec.Template.Annotations; now.Spec.Template.Annotations["kubectl.kubernetes.io/restartedAt"] != want["kubectl.kubernetes.io/restartedAt"] {
				t.Fatalf("latest has annotations %v, want %v", now.Spec.Template.Annotations, want)
			}
		}
	})
}

// giveBack leads all that the revision gets to latest, as somebody does by hand.
func giveBack(w world, ref rio.Ref) {
	vs := w["VirtualService/"+ref.Service].(*istio.VirtualService).DeepCopy()
	w["VirtualService/"+ref.Service] = vs
	give := func(to *networking.Destination) {
		if to.Subset == ref.Revision {
			to.Subset = rio.Latest
		}
	}
	for _, h := range vs.Spec.Http {
		if h.Name == "" && len(h.Route) == 1 {
			give(h.Route[0].Destination)
		}
	}
	for _, c := range vs.Spec.Tcp {
		if len(c.Route) == 1 {
			give(c.Route[0].Destination)
		}
	}
	for _, c := range vs.Spec.Tls {
		if len(c.Route) == 1 {
			give(c.Route[0].Destination)
		}
	}
}
