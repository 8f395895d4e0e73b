package manifest

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
)

// defaultMode is that of files which nobody gives another.
const defaultMode int32 = 0o644

// DropDefaults takes out of a pod as it runs what the server fills in where nobody says anything: a stack
// file does not say it either, and would change the pod. That somebody said the very same cannot be told.
// https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/v1/defaults.go
func DropDefaults(t *corev1.PodTemplateSpec) {
	p := &t.Spec
	drop(&p.RestartPolicy, corev1.RestartPolicyAlways)
	drop(&p.DNSPolicy, corev1.DNSClusterFirst)
	drop(&p.SchedulerName, corev1.DefaultSchedulerName)
	dropPtr(&p.SecurityContext, corev1.PodSecurityContext{})
	dropPtr(&p.TerminationGracePeriodSeconds, corev1.DefaultTerminationGracePeriodSeconds)
	for _, lists := range [][]corev1.Container{p.InitContainers, p.Containers} {
		for i := range lists {
			drop(&lists[i].TerminationMessagePath, corev1.TerminationMessagePathDefault)
			drop(&lists[i].TerminationMessagePolicy, corev1.TerminationMessageReadFile)
		}
	}
	for i := range p.Volumes {
		v := &p.Volumes[i]
		if v.ConfigMap != nil {
			dropPtr(&v.ConfigMap.DefaultMode, defaultMode)
		}
		if v.Secret != nil {
			dropPtr(&v.Secret.DefaultMode, defaultMode)
		}
		if v.HostPath != nil {
			dropPtr(&v.HostPath.Type, corev1.HostPathUnset)
		}
	}
}

func drop[T comparable](field *T, usual T) {
	if *field == usual {
		*field = *new(T)
	}
}

func dropPtr[T any](field **T, usual T) {
	if *field != nil && equality.Semantic.DeepEqual(**field, usual) {
		*field = nil
	}
}
