package controlplane

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/kube"
	helmrelease "helm.sh/helm/v3/pkg/release"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/resource"
	"k8s.io/utils/ptr"
)

// waitReady waits until all objects of a release are ready by Helm's rules, but for the
// address of a load balancer, which may never come.
func (p *plane) waitReady(ctx context.Context, config *action.Configuration, rel *helmrelease.Release, update func(string)) error {
	objects, err := objectsOf(config, rel)
	if err != nil {
		return err
	}
	objects = slices.DeleteFunc(objects, func(o *resource.Info) bool { return o.Mapping.GroupVersionKind.Kind == "Service" })
	checker := kube.NewReadyChecker(p.kube, func(string, ...any) {}, kube.PausedAsReady(true))
	return p.until(ctx, update, func() (string, error) {
		for _, o := range objects {
			if ready, err := checker.IsReady(ctx, o); err != nil || !ready {
				return p.why(ctx, o), err
			}
		}
		return "", nil
	})
}

// why names an object that is not ready, and in further lines what its pods, or who
// makes them, complain of.
func (p *plane) why(ctx context.Context, o *resource.Info) string {
	text := nameOf(o)
	if o.Mapping.GroupVersionKind.Kind != "Deployment" {
		return text
	}
	d, err := p.kube.AppsV1().Deployments(o.Namespace).Get(ctx, o.Name, metav1.GetOptions{})
	if err != nil {
		return text
	}
	text += fmt.Sprintf(", %d/%d available", d.Status.AvailableReplicas, ptr.Deref(d.Spec.Replicas, 1))
	for _, c := range d.Status.Conditions {
		if c.Type == appsv1.DeploymentReplicaFailure {
			text += "\n" + c.Message
		}
	}
	pods, err := p.kube.CoreV1().Pods(o.Namespace).List(ctx, metav1.ListOptions{LabelSelector: metav1.FormatLabelSelector(d.Spec.Selector)})
	if err != nil {
		return text
	}
	for _, pod := range pods.Items {
		if complaint := complaintOf(&pod); complaint != "" {
			text += fmt.Sprintf("\npod %q: %s", pod.Name, complaint)
		}
		if event := p.newestWarning(ctx, &pod); event != "" {
			text += fmt.Sprintf("\npod %q: %s", pod.Name, event)
		}
	}
	return text
}

// complaintOf is the first reason a pod gives for not running.
func complaintOf(pod *corev1.Pod) string {
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodScheduled && c.Status == corev1.ConditionFalse {
			return c.Reason + ": " + c.Message
		}
	}
	for _, s := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
		if w := s.State.Waiting; w != nil && w.Message != "" {
			return w.Reason + ": " + w.Message
		}
	}
	return ""
}

// newestWarning is the newest warning about a pod.
func (p *plane) newestWarning(ctx context.Context, pod *corev1.Pod) string {
	events, err := p.kube.CoreV1().Events(pod.Namespace).List(ctx, metav1.ListOptions{
		FieldSelector: "type=Warning,involvedObject.uid=" + string(pod.UID),
	})
	if err != nil || len(events.Items) == 0 {
		return ""
	}
	newest := slices.MaxFunc(events.Items, func(a, b corev1.Event) int { return cmp.Compare(seen(a), seen(b)) })
	return newest.Reason + ": " + strings.TrimSpace(newest.Message)
}

// seen is when an event was last seen; new style events have no lastTimestamp.
func seen(e corev1.Event) int64 {
	return max(e.LastTimestamp.UnixNano(), e.EventTime.UnixNano(), e.CreationTimestamp.UnixNano())
}
