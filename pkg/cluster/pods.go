package cluster

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Pods lists the pods of a service, or of one revision when ref names one, newest first.
// With an empty Service it lists those of all services of the namespace.
func (c *Client) Pods(ctx context.Context, ref rio.Ref) ([]corev1.Pod, error) {
	set := labels.Set{rio.LabelManaged: "true"}
	if ref.Service != "" {
		set[rio.LabelService] = ref.Service
	}
	if ref.Revision != "" {
		set[rio.LabelRevision] = ref.Revision
	}
	return c.listPods(ctx, ref.Namespace, set)
}

// AllPods lists the pods of a namespace, or of all, whosever they are, newest first.
func (c *Client) AllPods(ctx context.Context, namespace string) ([]corev1.Pod, error) {
	return c.listPods(ctx, namespace, nil)
}

func (c *Client) listPods(ctx context.Context, namespace string, with labels.Set) ([]corev1.Pod, error) {
	list, err := c.core.Pods(namespace).List(ctx, metav1.ListOptions{LabelSelector: with.String()})
	if err != nil {
		return nil, c.Explain(err)
	}
	slices.SortFunc(list.Items, func(a, b corev1.Pod) int {
		return cmp.Or(b.CreationTimestamp.Compare(a.CreationTimestamp.Time), strings.Compare(a.Name, b.Name))
	})
	return list.Items, nil
}

// Pod finds the pod that a reference names: the one with that suffix, else a ready one of
// the revision, of latest when none is named, else any ready one, else in the same way one whose
// container runs, else the newest that stays.
func (c *Client) Pod(ctx context.Context, ref rio.PodRef) (*corev1.Pod, error) {
	if ref.Suffix != "" {
		pod, err := c.core.Pods(ref.Namespace).Get(ctx, ref.PodName(), metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			own, ownErr := c.core.Pods(ref.Namespace).Get(ctx, ref.Suffix, metav1.GetOptions{})
			if ownErr == nil && own.Labels[rio.LabelService] == ref.Service {
				return own, nil
			}
		}
		if err != nil {
			return nil, c.Explain(fmt.Errorf("find pod %q of %q: %w", ref.Suffix, ref.Ref, err))
		}
		return pod, nil
	}
	pods, err := c.Pods(ctx, ref.Ref)
	if err != nil {
		return nil, err
	}
	if len(pods) == 0 {
		return nil, c.WhyNoPods(ctx, ref.Ref)
	}
	own := func(p corev1.Pod) bool { return p.Labels[rio.LabelRevision] == ref.RevisionName() }
	runs := func(p corev1.Pod) bool {
		container, err := rio.ContainerOf(&p, ref)
		return err == nil && p.DeletionTimestamp == nil && runs(&p, container)
	}
	for _, fits := range []func(corev1.Pod) bool{
		func(p corev1.Pod) bool { return rio.PodReady(p) && own(p) },
		rio.PodReady,
		func(p corev1.Pod) bool { return runs(p) && own(p) },
		runs,
		func(p corev1.Pod) bool { return p.DeletionTimestamp == nil },
	} {
		if i := slices.IndexFunc(pods, fits); i >= 0 {
			return &pods[i], nil
		}
	}
	return &pods[0], nil
}

// gatewayPods lists the ready pods behind an Istio Gateway, named NAMESPACE/NAME.
func (c *Client) gatewayPods(ctx context.Context, gateway string) ([]corev1.Pod, error) {
	namespace, _, _ := strings.Cut(gateway, "/")
	list, err := c.core.Pods(namespace).List(ctx, metav1.ListOptions{LabelSelector: rio.GatewayPods})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list.Items, func(p corev1.Pod) bool { return !rio.PodReady(p) }), nil
}
