package cluster

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// silentNode is the node of a pod of which its kubelet says nothing: it has not taken the pod up, or it
// is away, and the control plane alone calls the pod not ready, which it does without a word:
// https://kubernetes.io/docs/concepts/architecture/nodes/#condition
func silentNode(pod *corev1.Pod) string {
	if pod.Status.Phase == corev1.PodPending && len(rio.Statuses(*pod)) == 0 {
		return pod.Spec.NodeName
	}
	silent := slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodReady && c.Status != corev1.ConditionTrue && c.Message == ""
	})
	if silent && pod.Status.Phase == corev1.PodRunning {
		return pod.Spec.NodeName
	}
	return ""
}
