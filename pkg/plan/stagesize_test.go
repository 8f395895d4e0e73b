package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// A file's revision begins with as many pods as an autoscaler's latest does.
func TestUpSizesARevisionBesideAnAutoscaler(t *testing.T) {
	want := withV2(web("app:1"), 50)
	want.Scale, want.NanoCPUs = &rio.Scale{Min: 3, Max: 10}, new(int64(100_000_000))
	first := up(t, rio.Service{Namespace: "shop", Name: "web"}, want)
	if v2, _ := first.Revision("v2"); ptr.Deref(v2.Replicas, 1) != 3 {
		t.Errorf("half of the requests go to %d pods", ptr.Deref(v2.Replicas, 1))
	}
	if diff := cmp.Diff(first, up(t, first, want), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("again, something changes:\n%s", diff)
	}
}

// Beside an adopted workload a Deployment is staged, whatever that is: with as many pods, and with
// volumes of its own.
func TestStageBesideOtherKindsOfAnotherTool(t *testing.T) {
	adopted := func(kind string, replicas int32) rio.Service {
		s := foobar()
		latest, _ := s.Latest()
		latest.Kind, latest.Foreign, latest.Replicas = kind, true, nil
		latest.Observed = &rio.Observed{Replicas: replicas, Template: *latest.Template.DeepCopy()}
		return s
	}
	next, err := plan.Stage(adopted(manifest.KindDaemonSet, 10), "v3", of("caddy"))
	if err != nil {
		t.Fatal(err)
	}
	if v3, _ := next.Revision("v3"); v3.Kind != manifest.KindDeployment || ptr.Deref(v3.Replicas, 1) != 10 {
		t.Errorf("of one pod on each of 10 nodes it is a %s of %d", v3.Kind, ptr.Deref(v3.Replicas, 1))
	}
	row := adopted(manifest.KindStatefulSet, 2)
	pod := &row.Revisions[0].Observed.Template.Spec
	pod.Containers[0].VolumeMounts = []corev1.VolumeMount{{Name: "data", MountPath: "/data"}}
	_, err = plan.Stage(row, "v3", of("caddy"))
	wantError(t, `at /data each pod of latest of "foobar" has a volume from its StatefulSet, and those of "v3" would have none; give them one: -v VOLUME:/data`, err)
	given := of("caddy")
	given.Volumes = []spec.Mount{{Kind: "volume", Source: "other", Target: "/data"}}
	if _, err = plan.Stage(row, "v3", given); err != nil {
		t.Error(err)
	}
}
