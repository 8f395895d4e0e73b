package manifest_test

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
)

// Two workloads that are one revision by their labels are shown beside each other, each as it is.
func TestObserveTwoWorkloadsOfOneRevision(t *testing.T) {
	var live []manifest.Object
	for _, name := range []string{"a-worker", "web"} {
		d := foreign("Deployment").(*appsv1.Deployment)
		d.Name, d.Spec.Template.Spec.Containers[0].Image = name, name+":1"
		live = append(live, d)
	}
	services := manifest.Parse(live)
	manifest.Observe(services, live)
	var got []string
	for _, r := range services[0].Revisions {
		_, detail := r.Observed.State()
		got = append(got, r.Name, r.Observed.Workload, r.Image(), detail)
	}
	want := []string{"v3", "deployment/a-worker", "a-worker:1", "deployment/web has the labels of this revision, too",
		"v3", "deployment/web", "web:1", "deployment/a-worker has the labels of this revision, too"}
	if len(got) != len(want) {
		t.Fatalf("got %q", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %q, want %q", got[i], want[i])
		}
	}
}
