package plan_test

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
)

// evicted puts before a Deployment's pod, which has just begun, the one whose place it takes.
func evicted(p *plan.Path, pod *corev1.Pod) {
	pod.Labels["pod-template-hash"] = "f6985f578"
	old := pod.DeepCopy()
	old.Name, old.Status = "foobar-v2-f6985f578-gone", waiting("foobar", "ImagePullBackOff", "")
	old.Status.Phase = corev1.PodFailed
	p.Pods.Items = append([]corev1.Pod{*old}, p.Pods.Items...)
}
