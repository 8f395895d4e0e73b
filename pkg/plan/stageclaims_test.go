package plan_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// A revision beside another tool's StatefulSet has something at each path of its claims, in each container.
func TestStageWantsEveryClaimedPath(t *testing.T) {
	s := foobar()
	latest, _ := s.Latest()
	latest.Kind, latest.Foreign = manifest.KindStatefulSet, true
	pod := &latest.Template.Spec
	pod.Containers[0].VolumeMounts = []corev1.VolumeMount{{Name: "data", MountPath: "/data"}, {Name: "wal", MountPath: "/wal/"}}
	pod.Containers = append(pod.Containers, corev1.Container{Name: "backup", Image: "backup:1", VolumeMounts: []corev1.VolumeMount{{Name: "data", MountPath: "/from"}}})
	all := `-v VOLUME:/data -v VOLUME:/wal/ --sidekick 'backup=-v VOLUME:/from backup:1'`
	volume := func(at string) spec.Mount { return spec.Mount{Kind: "volume", Source: "other", Target: at} }
	given := of("caddy")
	given.Volumes = []spec.Mount{volume("/data")}
	_, err := plan.Stage(s, "v3", given)
	wantError(t, `at /wal/, /from each pod of latest of "foobar" has a volume from its StatefulSet, and those of "v3" would have none; give them one: `+all, err)
	given.Volumes = append(given.Volumes, volume("/wal"))
	given.Sidekicks = map[string]spec.Sidekick{"backup": {Container: spec.Container{Image: "backup:1", Volumes: []spec.Mount{volume("/from")}}}}
	if _, err := plan.Stage(s, "v3", given); err != nil {
		t.Error(err)
	}
}
