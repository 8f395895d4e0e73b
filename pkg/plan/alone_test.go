package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// A volume that is one pod's at a time has a Deployment end its pods before others begin, unless
// somebody asked for another order. To decide it again changes nothing.
func TestAPodIsAloneWithItsVolume(t *testing.T) {
	recreate := rio.Rollout{Recreate: true}
	for sentence, tc := range map[string]struct {
		mode   corev1.PersistentVolumeAccessMode
		change func(*rio.Revision)
		want   rio.Rollout
	}{
		"a node's":               {corev1.ReadWriteOnce, func(*rio.Revision) {}, recreate},
		"a pod's":                {corev1.ReadWriteOncePod, func(*rio.Revision) {}, recreate},
		"everybody's":            {corev1.ReadWriteMany, func(*rio.Revision) {}, rio.Rollout{}},
		"its stop-first":         {corev1.ReadWriteOnce, func(r *rio.Revision) { r.Rollout = rio.Rollout{StopFirst: true, BatchSize: 1} }, recreate},
		"a batch":                {corev1.ReadWriteOnce, func(r *rio.Revision) { r.Rollout = rio.Rollout{BatchSize: 1} }, rio.Rollout{BatchSize: 1}},
		"batches, stop-first":    {corev1.ReadWriteOnce, func(r *rio.Revision) { r.Rollout = rio.Rollout{StopFirst: true, BatchSize: 2} }, rio.Rollout{StopFirst: true, BatchSize: 2}},
		"asked of what had none": {corev1.ReadWriteOnce, func(r *rio.Revision) { r.Rollout = rio.Rollout{Recreate: true, BatchSize: 1} }, rio.Rollout{BatchSize: 1}},
		"of a StatefulSet":       {corev1.ReadWriteOnce, func(r *rio.Revision) { r.Kind = manifest.KindStatefulSet }, rio.Rollout{}},
		"mounted to be read":     {corev1.ReadWriteOnce, func(r *rio.Revision) { r.Template.Spec.Containers[0].VolumeMounts[0].ReadOnly = true }, rio.Rollout{}},
		"claimed to be read":     {corev1.ReadWriteOnce, func(r *rio.Revision) { r.Template.Spec.Volumes[0].PersistentVolumeClaim.ReadOnly = true }, rio.Rollout{}},
		"written by a sidekick": {corev1.ReadWriteOnce, func(r *rio.Revision) {
			main := &r.Template.Spec.Containers[0]
			main.VolumeMounts[0].ReadOnly = true
			r.Template.Spec.InitContainers = []corev1.Container{{Name: "init", VolumeMounts: []corev1.VolumeMount{{Name: "data", MountPath: "/data"}}}}
		}, recreate},
		"had before": {corev1.ReadWriteOnce, func(r *rio.Revision) { r.Rollout.Recreate, r.Template.Spec.Volumes = true, nil }, rio.Rollout{}},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := mounting("v2")
			v2, _ := s.Revision("v2")
			tc.change(v2)
			there := []rio.Volume{{Namespace: "default", Name: "data", SizeInGB: 1, AccessMode: tc.mode}}
			for range 2 {
				next, _, err := plan.Provide(s, "v2", there)
				if v2, _ := next.Revision("v2"); err != nil || v2.Rollout != tc.want {
					t.Errorf("%+v, %v", v2.Rollout, err)
				}
				s = next
			}
		})
	}
}

// Whatever happens to a service between two times that its file is brought up, its pods are
// replaced as before.
func TestOrderOfUpdatesIsKept(t *testing.T) {
	provide := func(s rio.Service, revision string) (rio.Service, error) {
		next, _, err := plan.Provide(s, revision, []rio.Volume{
			{Namespace: "shop", Name: "data", SizeInGB: 1, AccessMode: corev1.ReadWriteOnce},
			{Namespace: "shop", Name: "shared", SizeInGB: 1, AccessMode: corev1.ReadWriteMany},
		})
		return next, err
	}
	for sentence, tc := range map[string]struct {
		set  func(*spec.Revision)
		want rio.Rollout
	}{
		"nothing is asked":     {func(*spec.Revision) {}, rio.Rollout{Recreate: true}},
		"stop-first":           {func(r *spec.Revision) { r.UpdateOrder = "stop-first" }, rio.Rollout{Recreate: true}},
		"start-first":          {func(r *spec.Revision) { r.UpdateOrder = "start-first" }, rio.Rollout{BatchSize: 1}},
		"a batch":              {func(r *spec.Revision) { r.BatchSize = 2 }, rio.Rollout{BatchSize: 2}},
		"start-first, for all": {func(r *spec.Revision) { r.UpdateOrder, r.Volumes[0].Source = "start-first", "shared" }, rio.Rollout{}},
	} {
		t.Run(sentence, func(t *testing.T) {
			want := withV2(web("app:1"), 30)
			want.Volumes = []spec.Mount{{Kind: "volume", Source: "data", Target: "/data"}}
			tc.set(&want.Revision)
			bring := func(s rio.Service, want spec.Service) rio.Service {
				next, err := plan.Up(s, want, upGateway, provide)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range next.Revisions {
					if r.Rollout != tc.want {
						t.Errorf("%s: %+v", r.Name, r.Rollout)
					}
				}
				return manifest.Parse(manifest.Render(next))[0]
			}
			s := bring(rio.Service{Namespace: "shop", Name: "web"}, want)
			s, err := plan.Scale(s, rio.Latest, rio.Scale{Min: 3, Max: 3})
			if err == nil {
				s, err = plan.Weight(s, map[string]int{"v2": 10})
			}
			if err != nil {
				t.Fatal(err)
			}
			s = bring(bring(s, plan.Write(s)), want)
			staged, err := plan.Stage(s, "v3", spec.Revision{})
			if err == nil {
				staged, err = provide(staged, "v3")
			}
			if v3, _ := staged.Revision("v3"); err != nil || v3.Rollout != tc.want {
				t.Errorf("staged beside it: %+v, %v", v3.Rollout, err)
			}
		})
	}
}

func TestAloneSaysWhatAChangeCosts(t *testing.T) {
	const gap = "foobar: its volume is one pod's at a time, so its pods end before others begin, and requests are lost meanwhile"
	rolled := func(s *rio.Service) { s.Revisions[0].Template.Spec.Containers[0].Image = "nginx:2" }
	row := func(replicas int32) func(*rio.Service) {
		return func(s *rio.Service) {
			latest := &s.Revisions[0]
			latest.Kind, latest.Rollout, latest.Alone, latest.Replicas = manifest.KindStatefulSet, rio.Rollout{Ordered: true}, true, &replicas
		}
	}
	for sentence, tc := range map[string]struct {
		before func(*rio.Service)
		after  func(*rio.Service)
		want   []string
	}{
		"nothing changes":                {nil, nil, nil},
		"latest is scaled":               {nil, func(s *rio.Service) { s.Revisions[0].Replicas = new(int32(1)) }, nil},
		"latest is rolled":               {nil, rolled, []string{gap}},
		"nobody sends to it":             {func(s *rio.Service) { s.Revisions[0].Weight, s.Revisions[1].Weight = 0, 100 }, rolled, nil},
		"it has no pods":                 {func(s *rio.Service) { s.Revisions[0].Replicas = new(int32(0)) }, rolled, nil},
		"it has no routes":               {func(s *rio.Service) { s.Ports, s.Revisions[0].Weight = nil, 0 }, rolled, []string{gap}},
		"its pods follow one another":    {func(s *rio.Service) { s.Revisions[0].Rollout = rio.Rollout{} }, rolled, nil},
		"it is removed":                  {nil, func(s *rio.Service) { s.Revisions = nil }, nil},
		"it is a StatefulSet of one pod": {row(1), rolled, []string{"foobar: its only pod ends before another begins, and requests are lost meanwhile"}},
		"its others serve meanwhile":     {row(2), rolled, nil},
		"it is new": {func(s *rio.Service) { s.Revisions = nil }, func(s *rio.Service) { s.Drop("v2") },
			[]string{"foobar: its volume is one pod's at a time, so at each later change its pods end before others begin, and requests are lost meanwhile"}},
		"a revision comes beside it": {func(s *rio.Service) { s.Drop("v2") }, nil,
			[]string{"foobar:v2 writes to volume data beside latest; where a program must have it for itself, change latest in place: kubectl rio edit -n default foobar"}},
		"so does one of a StatefulSet": {func(s *rio.Service) { s.Drop("v2") },
			func(s *rio.Service) { s.Revisions[1].Rollout, s.Revisions[1].Alone = rio.Rollout{}, true },
			[]string{"foobar:v2 writes to volume data beside latest; where a program must have it for itself, change latest in place: kubectl rio edit -n default foobar"}},
		"its pods have volumes of their own": {func(s *rio.Service) { s.Drop("v2") },
			func(s *rio.Service) {
				v2 := &s.Revisions[1]
				v2.Kind, v2.Rollout, v2.Template.Spec.Volumes = manifest.KindStatefulSet, rio.Rollout{}, nil
				v2.Claims = []corev1.PersistentVolumeClaim{{}, {}}
				v2.Claims[0].Name, v2.Claims[1].Name = "data", "wal"
			}, []string{"foobar:v2 does not see what latest has in data, wal: each pod gets a volume of its own"}},
		"one that only reads": {func(s *rio.Service) { s.Drop("v2") },
			func(s *rio.Service) { s.Revisions[1].Template.Spec.Containers[0].VolumeMounts[0].ReadOnly = true }, nil},
		"one with another volume": {func(s *rio.Service) { s.Drop("v2") },
			func(s *rio.Service) {
				s.Revisions[1].Template.Spec.Volumes[0].PersistentVolumeClaim.ClaimName = "other"
			}, nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			both := mounting("latest")
			with := mounting("v2")
			both.Revisions[1] = with.Revisions[1]
			for i := range both.Revisions {
				both.Revisions[i].Rollout.Recreate = true
			}
			before, after := both.Clone(), both.Clone()
			if tc.before != nil {
				tc.before(&before)
				if before.Exists() && len(before.Revisions) == 2 {
					after = before.Clone()
				}
			}
			if tc.after != nil {
				tc.after(&after)
			}
			if diff := cmp.Diff(tc.want, plan.Alone(before, after)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What is beside latest would have its volume at the same time, so an earlier pod comes in place.
func TestUndoPutsNothingBesideAnOnlyPod(t *testing.T) {
	s := mounting("latest")
	latest, _ := s.Latest()
	latest.Rollout.Recreate = true
	history := []rio.Release{{Number: 2, Hash: "b", Current: true, Template: latest.Template}, {Number: 1, Hash: "a", Template: s.Revisions[1].Template}}
	if plan.InPlace(s) == "" {
		t.Error("nobody says that requests are lost")
	}
	step, err := plan.Undo(s, history, 0, asIs)
	if err != nil || step.Of != 1 || !step.Last || step.Rehearse == nil || !step.Alters {
		t.Fatalf("%+v, %v", step, err)
	}
	want := s.Clone()
	want.Revisions[0].Template = history[1].Template
	if diff := cmp.Diff(want, step.Target); diff != "" {
		t.Error(diff)
	}
}
