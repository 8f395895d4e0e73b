package plan_test

import (
	"testing"

	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// A promotion that could not end does not begin.
func TestPromoteRefusesWhatCouldNotEnd(t *testing.T) {
	for want, tc := range map[string]struct {
		change   func(latest, v2 *rio.Revision)
		replicas *int32
	}{
		`revision "v2" of "foobar" is a Deployment and latest a StatefulSet, and Kubernetes cannot make one of the other; release its traffic with weight instead`: {
			func(latest, _ *rio.Revision) { latest.Kind = "StatefulSet" }, nil},
		`the pods of "foobar" are replaced only when somebody deletes them (--update-strategy on-delete), so a promotion would not end; release traffic to "v2" with weight instead`: {
			func(latest, v2 *rio.Revision) {
				latest.Kind, v2.Kind, latest.Rollout.OnDelete = "StatefulSet", "StatefulSet", true
			}, nil},
		`an autoscaler keeps "foobar" at 2-5 pods; leave out --scale, and change that afterwards: kubectl rio scale -n default foobar=3`: {
			func(latest, _ *rio.Revision) { latest.Autoscale, latest.Replicas = &rio.Scale{Min: 2, Max: 5}, nil }, ptr.To[int32](3)},
		`service "foobar" has one pod on every node, so it has no number of pods to set`: {
			func(latest, v2 *rio.Revision) { latest.Kind, v2.Kind = "DaemonSet", "DaemonSet" }, ptr.To[int32](3)},
	} {
		t.Run(want, func(t *testing.T) {
			s := foobar()
			tc.change(&s.Revisions[0], &s.Revisions[1])
			_, err := plan.Promote(s, "v2", tc.replicas, nil)
			wantError(t, want, err)
		})
	}
}

// latest gets the strategy of the revision, too.
func TestPromoteRefusesAStrategyThatCouldNotEnd(t *testing.T) {
	s := foobar()
	latest, v2 := &s.Revisions[0], &s.Revisions[1]
	latest.Kind, v2.Kind, v2.Rollout.OnDelete = "StatefulSet", "StatefulSet", true
	_, err := plan.Promote(s, "v2", nil, nil)
	wantError(t, `the pods of "foobar" are replaced only when somebody deletes them (--update-strategy on-delete), so a promotion would not end; release traffic to "v2" with weight instead`, err)
}

// How a revision's pods are replaced and what they may do goes to latest with its pod; the
// autoscaler is latest's, and stays.
func TestPromoteCarriesSettings(t *testing.T) {
	s := foobar()
	latest, v2 := &s.Revisions[0], &s.Revisions[1]
	latest.Autoscale, latest.Replicas = &rio.Scale{Min: 1, Max: 5}, nil
	v2.Rollout, v2.Permissions = rio.Rollout{BatchSize: 2}, []rio.Permission{{Role: "view"}}
	v2.Template.Spec.AutomountServiceAccountToken = new(false)
	w := worldOf(s)
	finish(t, w, s.Ref().Of("v2"), nil, nil)
	after := w.load(s.Ref())
	now, _ := after.Latest()
	if now.Rollout != v2.Rollout || len(now.Permissions) != 1 || now.Autoscale == nil || now.Replicas != nil || len(after.Revisions) != 1 {
		t.Errorf("%+v", now)
	}
	for key, o := range w {
		if o.GetLabels()[rio.LabelRevision] == "v2" {
			t.Errorf("%s is left over", key)
		}
	}
	for _, key := range []string{"ServiceAccount/foobar", "RoleBinding/foobar:view", "PodDisruptionBudget/foobar", "HorizontalPodAutoscaler/foobar"} {
		if w[key] == nil {
			t.Errorf("there is no %s", key)
		}
	}
}

// The order in which the objects of one revision come and go: its pods have their rights from
// the first moment, and the workload, which says what else there is, goes last.
func TestRightsComeFirstAndWorkloadsGoLast(t *testing.T) {
	s := foobar()
	for i := range s.Revisions {
		r := &s.Revisions[i]
		r.Permissions, r.GlobalPermissions, r.Rollout = []rio.Permission{{Role: "view"}}, []rio.Permission{{Verbs: []string{"get"}, URL: "/healthz"}}, rio.Rollout{BatchSize: 1}
		r.Template.Spec.AutomountServiceAccountToken = new(false)
	}
	seen := map[string]bool{}
	for _, c := range plan.Diff(nil, s) {
		kind := manifest.Kind(c.Object())
		if manifest.IsOfAccount(c.Object()) && seen["Deployment"] {
			t.Errorf("%s is made after a workload", kind)
		}
		seen[kind] = true
	}
	w := worldOf(s)
	none, err := plan.Remove(w.load(s.Ref()), "", false)
	if err != nil {
		t.Fatal(err)
	}
	gone := false
	for _, c := range plan.Diff(w.objects(), none) {
		if gone = gone || manifest.IsWorkload(c.Object()); gone && !manifest.IsWorkload(c.Object()) {
			t.Errorf("%s goes after a workload", manifest.Kind(c.Object()))
		}
	}
}

// What a workload ever had is looked for as long as it is there.
func TestALostBudgetIsStillLookedFor(t *testing.T) {
	s := foobar()
	s.Revisions[0].Rollout.BatchSize = 2
	w := worldOf(s)
	plain := foobar()
	changes := plan.Diff(w.objects(), plain)
	var deleted, updated bool
	for _, c := range changes {
		if c.Op == plan.Delete && manifest.Kind(c.Object()) == manifest.KindBudget {
			deleted = true
		}
		if manifest.IsWorkload(c.Object()) {
			updated = updated || c.After.GetAnnotations()[rio.AnnotationAlso] == manifest.AlsoBudget
		}
	}
	if !deleted || !updated {
		t.Errorf("budget deleted %t, noted still %t: %v", deleted, updated, describe(changes))
	}
}

// Where somebody deleted latest, a promotion makes it again: all traffic goes to the revision
// at once, and no step writes a latest without a pod.
func TestPromoteMakesALostLatestAgain(t *testing.T) {
	for _, kind := range []string{manifest.KindDeployment, manifest.KindStatefulSet, manifest.KindDaemonSet} {
		s := foobar()
		for i := range s.Revisions {
			if s.Revisions[i].Kind = kind; kind == manifest.KindDaemonSet {
				s.Revisions[i].Replicas = nil
			}
		}
		w := worldOf(s)
		delete(w, kind+"/foobar")
		s = w.load(s.Ref())
		v2, _ := s.Revision("v2")
		first, err := plan.Promote(s, "v2", nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		begun, _ := first.Target.Revision("v2")
		if _, there := first.Target.Latest(); there || first.Number != 1 || begun.Weight != 100 {
			t.Errorf("of a %s the first step is %d, %+v", kind, first.Number, first.Target.Revisions)
		}
		for range plan.PromotionSteps { // the world is broken at first, so nothing is asked of it on the way
			step, err := plan.Promote(w.load(s.Ref()), "v2", nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range plan.Diff(w.objects(), step.Target) {
				w.write(c)
			}
		}
		after := w.load(s.Ref())
		latest, ok := after.Latest()
		if !ok || latest.Kind != kind || latest.Image() != v2.Image() || latest.Weight != 100 || len(after.Revisions) != 1 || after.Promoting != "" {
			t.Errorf("of a %s: %+v", kind, after)
		}
	}
}

// What a promotion cannot keep, as an autoscaler sets it, is said before it begins.
func TestPromotionOntoFewerPods(t *testing.T) {
	const few = "latest stays at 1 pod, as an autoscaler sets that, and takes over from 4 of v2; give it more "

	for sentence, tc := range map[string]struct {
		change func(s *rio.Service, latest *rio.Revision)
		want   string
	}{
		"an autoscaler of ours":              {func(_ *rio.Service, latest *rio.Revision) { latest.Autoscale = &rio.Scale{Min: 1, Max: 5} }, few + "first: kubectl rio scale -n default foobar=4-5"},
		"with a smaller range":               {func(_ *rio.Service, latest *rio.Revision) { latest.Autoscale = &rio.Scale{Min: 1, Max: 3} }, few + "first: kubectl rio scale -n default foobar=4"},
		"another one":                        {func(*rio.Service, *rio.Revision) {}, few + "there first"},
		"as many":                            {func(_ *rio.Service, latest *rio.Revision) { latest.Observed.Replicas = 4 }, ""},
		"none":                               {func(_ *rio.Service, latest *rio.Revision) { latest.Replicas = new(int32(1)) }, ""},
		"a number that somebody set by hand": {func(_ *rio.Service, latest *rio.Revision) { latest.Observed.ByHand = true }, ""},
		"a promotion that has begun":         {func(s *rio.Service, _ *rio.Revision) { s.Promoting = "v2" }, ""},
	} {
		s := foobar()
		latest, v2 := &s.Revisions[0], &s.Revisions[1]
		latest.Replicas, latest.Observed, v2.Replicas = nil, &rio.Observed{Replicas: 1}, new(int32(4))
		tc.change(&s, latest)
		if got := plan.Shrinks(s, "v2"); got != tc.want {
			t.Errorf("%s: %q, want %q", sentence, got, tc.want)
		}
	}
}
