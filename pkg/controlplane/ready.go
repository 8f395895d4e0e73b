package controlplane

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/kube"
	helmrelease "helm.sh/helm/v3/pkg/release"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/resource"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// waitReady waits until all objects of a release are ready by Helm's rules, but for the
// address of a load balancer, which may never come.
func (p *plane) waitReady(ctx context.Context, r release, rel *helmrelease.Release, update func(string)) error {
	config, err := p.helm(r.namespace)
	if err != nil {
		return err
	}
	objects, err := objectsOf(config, rel.Manifest)
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

// why names an object that is not ready, and in further lines what it, its pods, or who
// makes them, complain of.
func (p *plane) why(ctx context.Context, o *resource.Info) string {
	lines := []string{nameOf(o)}
	if o.Mapping.GroupVersionKind.Kind == "Deployment" {
		if d, err := p.kube.AppsV1().Deployments(o.Namespace).Get(ctx, o.Name, metav1.GetOptions{}); err == nil {
			lines[0] += fmt.Sprintf(", %d/%d available", d.Status.AvailableReplicas, ptr.Deref(d.Spec.Replicas, 1))
			lines = append(lines, p.complaints(ctx, d)...)
		}
	}
	return strings.Join(append(lines, p.warnings(ctx, o.Namespace, "involvedObject.name="+o.Name)...), "\n")
}

// complaints are those of a Deployment's pods, or of who cannot make them.
func (p *plane) complaints(ctx context.Context, d *appsv1.Deployment) []string {
	var lines []string
	for _, c := range d.Status.Conditions {
		if c.Type == appsv1.DeploymentReplicaFailure {
			lines = append(lines, c.Message)
		}
	}
	pods, err := p.kube.CoreV1().Pods(d.Namespace).List(ctx, metav1.ListOptions{LabelSelector: metav1.FormatLabelSelector(d.Spec.Selector)})
	if err != nil {
		return lines
	}
	for _, pod := range pods.Items {
		for _, complaint := range append(complaintOf(&pod), p.warnings(ctx, pod.Namespace, "involvedObject.uid="+string(pod.UID))...) {
			lines = append(lines, fmt.Sprintf("pod %q: %s", pod.Name, complaint))
		}
	}
	return lines
}

// complaintOf is the first reason a pod gives for not running.
func complaintOf(pod *corev1.Pod) []string {
	if c := rio.Unplaced(*pod); c != nil {
		return []string{c.Reason + ": " + c.Message}
	}
	for _, s := range rio.Statuses(*pod) {
		if w := s.State.Waiting; w != nil && w.Message != "" {
			return []string{w.Reason + ": " + w.Message}
		}
	}
	return nil
}

// maxWarnings is how many events of an object are shown.
const maxWarnings = 3

// warnings are the newest events that warn about an object.
func (p *plane) warnings(ctx context.Context, namespace, object string) []string {
	events, err := p.kube.CoreV1().Events(namespace).List(ctx, metav1.ListOptions{FieldSelector: "type=Warning," + object})
	if err != nil {
		return nil
	}
	slices.SortStableFunc(events.Items, func(a, b corev1.Event) int { return rio.LastSeen(b).Compare(rio.LastSeen(a)) })
	var lines []string
	for _, e := range events.Items[:min(len(events.Items), maxWarnings)] {
		lines = append(lines, e.Reason+": "+strings.TrimSpace(e.Message))
	}
	return lines
}
