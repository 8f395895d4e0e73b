package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Beside the pods of a StatefulSet, others would have their volume at the same time, or empty ones.
func TestUndoPutsNothingBesideVolumesOfAStatefulSet(t *testing.T) {
	for sentence, tc := range map[string]struct {
		volumes string // who has the volume: latest, the earlier pod
		mode    corev1.PersistentVolumeAccessMode
		claims  []corev1.PersistentVolumeClaim
		inPlace bool
	}{
		"both have it":             {"latest before", corev1.ReadWriteOnce, nil, true},
		"what runs has it":         {"latest", corev1.ReadWriteOncePod, nil, true},
		"the earlier pod has it":   {"before", corev1.ReadWriteOnce, nil, true},
		"others may have it, too":  {"latest before", corev1.ReadWriteMany, nil, false},
		"there is none":            {"", corev1.ReadWriteOnce, nil, false},
		"each pod has one instead": {"", "", []corev1.PersistentVolumeClaim{{ObjectMeta: metav1.ObjectMeta{Name: "data"}}}, true},
	} {
		t.Run(sentence, func(t *testing.T) {
			s, with := foobar(), mounting("latest").Revisions[0].Template
			latest, _ := s.Latest()
			latest.Kind, latest.Rollout, latest.Claims = manifest.KindStatefulSet, rio.Rollout{Ordered: true}, tc.claims
			before := s.Revisions[1].Template
			if strings.Contains(tc.volumes, "latest") {
				latest.Template = with
			}
			if strings.Contains(tc.volumes, "before") {
				before = with
			}
			provide := func(s rio.Service, revision string) (rio.Service, error) {
				next, _, err := plan.Provide(s, revision, []rio.Volume{{Namespace: "default", Name: "data", AccessMode: tc.mode}})
				return next, err
			}
			step, err := plan.Undo(s, []rio.Release{{Number: 2, Hash: "b", Current: true}, {Number: 1, Hash: "a", Template: before}}, 0, provide)
			if err != nil {
				t.Fatal(err)
			}
			if !tc.inPlace {
				if step.Stages != plan.UndoRevision {
					t.Errorf("it is not staged: %+v", step)
				}
				return
			}
			want := s.Clone()
			want.Revisions[0].Template = before
			if diff := cmp.Diff(want, step.Target); diff != "" || step.Of != 1 || !step.Last || !step.Alters {
				t.Errorf("%+v\n%s", step, diff)
			}
		})
	}
}

// Pods that somebody has to delete get the earlier template where they are: a promotion would not end.
func TestUndoOfPodsThatNobodyReplaces(t *testing.T) {
	for _, kind := range []string{manifest.KindStatefulSet, manifest.KindDaemonSet} {
		s := foobar()
		latest, _ := s.Latest()
		latest.Kind, latest.Rollout = kind, rio.Rollout{OnDelete: true}
		want := s.Clone()
		want.Revisions[0].Template = s.Revisions[1].Template
		step, err := plan.Undo(s, []rio.Release{{Number: 2, Hash: "b", Current: true}, {Number: 1, Hash: "a", Template: s.Revisions[1].Template}}, 0, asIs)
		if diff := cmp.Diff(want, step.Target); err != nil || diff != "" || step.Of != 1 || !step.Last {
			t.Errorf("of a %s: %v, %+v\n%s", kind, err, step, diff)
		}
		if said := plan.InPlace(step.Target); said != "its pods are replaced only when somebody deletes them" {
			t.Errorf("of a %s it is said: %q", kind, said)
		}
	}
}
