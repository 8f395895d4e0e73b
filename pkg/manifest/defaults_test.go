package manifest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
)

// What runs has all that the server fills in, and what is written of it has nothing of that. What somebody
// set stays.
func TestDropDefaults(t *testing.T) {
	container := corev1.Container{Name: "foobar", TerminationMessagePath: "/dev/termination-log", TerminationMessagePolicy: corev1.TerminationMessageReadFile}
	own := corev1.Container{Name: "own", TerminationMessagePath: "/why", TerminationMessagePolicy: corev1.TerminationMessageFallbackToLogsOnError}
	file := func(config, secret *int32, host *corev1.HostPathType) []corev1.Volume {
		return []corev1.Volume{
			{VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{DefaultMode: config}}},
			{VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{DefaultMode: secret}}},
			{VolumeSource: corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Type: host}}},
		}
	}
	for sentence, tc := range map[string]struct{ runs, want corev1.PodSpec }{
		"nobody said anything": {corev1.PodSpec{
			RestartPolicy: "Always", DNSPolicy: "ClusterFirst", SchedulerName: "default-scheduler", SecurityContext: &corev1.PodSecurityContext{},
			TerminationGracePeriodSeconds: new(int64(30)), InitContainers: []corev1.Container{container}, Containers: []corev1.Container{container},
			Volumes: file(new(int32(0o644)), new(int32(0o644)), new(corev1.HostPathUnset)),
		}, corev1.PodSpec{
			InitContainers: []corev1.Container{{Name: "foobar"}}, Containers: []corev1.Container{{Name: "foobar"}}, Volumes: file(nil, nil, nil),
		}},
		"all of it is set": {corev1.PodSpec{
			DNSPolicy: "Default", SchedulerName: "mine", SecurityContext: &corev1.PodSecurityContext{RunAsUser: new(int64(7))},
			TerminationGracePeriodSeconds: new(int64(35)), Containers: []corev1.Container{own},
			Volumes: file(new(int32(0o600)), new(int32(0o400)), new(corev1.HostPathDirectory)),
		}, corev1.PodSpec{
			DNSPolicy: "Default", SchedulerName: "mine", SecurityContext: &corev1.PodSecurityContext{RunAsUser: new(int64(7))},
			TerminationGracePeriodSeconds: new(int64(35)), Containers: []corev1.Container{own},
			Volumes: file(new(int32(0o600)), new(int32(0o400)), new(corev1.HostPathDirectory)),
		}},
	} {
		got := corev1.PodTemplateSpec{Spec: tc.runs}
		DropDefaults(&got)
		if diff := cmp.Diff(tc.want, got.Spec); diff != "" {
			t.Errorf("%s (-want +got):\n%s", sentence, diff)
		}
	}
}
