package controlplane

import (
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/chart"
	helmrelease "helm.sh/helm/v3/pkg/release"
	corev1 "k8s.io/api/core/v1"
)

func TestMend(t *testing.T) {
	for status, want := range map[helmrelease.Status]helmrelease.Status{
		helmrelease.StatusDeployed:        helmrelease.StatusDeployed,
		helmrelease.StatusFailed:          helmrelease.StatusFailed,
		helmrelease.StatusPendingInstall:  helmrelease.StatusFailed,
		helmrelease.StatusPendingUpgrade:  helmrelease.StatusFailed,
		helmrelease.StatusPendingRollback: helmrelease.StatusFailed,
		helmrelease.StatusUninstalling:    "", // removed
	} {
		p := newStage(t).plane
		config, err := p.helm(rioNamespace)
		if err != nil {
			t.Fatal(err)
		}
		if err := config.Releases.Create(&helmrelease.Release{
			Name: releaseRio, Namespace: rioNamespace, Version: 1, Info: &helmrelease.Info{Status: status}, Chart: &chart.Chart{Metadata: &chart.Metadata{Name: "rio"}},
		}); err != nil {
			t.Fatal(err)
		}
		got, err := p.mend(t.Context(), config, release{name: releaseRio, namespace: rioNamespace}, nothing)
		if err != nil || (got == nil) != (want == "") || got != nil && got.Info.Status != want {
			t.Errorf("%s became %v, %v; want %q", status, got, err, want)
		}
	}
}

func TestWhyNamesTheReason(t *testing.T) {
	pod := &corev1.Pod{Status: corev1.PodStatus{ContainerStatuses: []corev1.ContainerStatus{{State: corev1.ContainerState{
		Waiting: &corev1.ContainerStateWaiting{Reason: "ErrImagePull", Message: "no such image"}}}}}}
	if got := strings.Join(complaintOf(pod), ";"); got != "ErrImagePull: no such image" {
		t.Error(got)
	}
	pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: "Unschedulable", Message: "no free ports"}}
	if got := strings.Join(complaintOf(pod), ";"); got != "Unschedulable: no free ports" {
		t.Error(got)
	}
}

func TestSetAndGet(t *testing.T) {
	values := map[string]any{"gateway": map[string]any{"replicas": 2}}
	set(values, true, "gateway", "hostPort")
	set(values, "x", "a", "b")
	if get(values, "gateway", "hostPort") != true || get(values, "gateway", "replicas") != 2 || get(values, "a", "b") != "x" || get(values, "a", "b", "c") != nil {
		t.Errorf("%v", values)
	}
}
