package controlplane

import (
	"context"
	"fmt"
	"slices"
	"time"

	helmrelease "helm.sh/helm/v3/pkg/release"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

const (
	// authoritySecret is where istiod keeps the certificate authority that it made itself, CASecret
	// in Istio's security/pkg/pki/ca/ca.go. One that was given to it is in another Secret.
	authoritySecret = "istio-ca-secret"

	// restartedAt is what kubectl rollout restart writes on a pod template.
	restartedAt = "kubectl.kubernetes.io/restartedAt"
)

// renewGateway replaces the gateway's pods, as kubectl rollout restart does, where they are older
// than Istio's authority: what its certificates say is not understood by pods that have them of
// the one that went. It names the pods that are left to their owners.
// https://istio.io/latest/docs/concepts/security/#pki
func (p *plane) renewGateway(ctx context.Context, r release, rel *helmrelease.Release, wait bool) error {
	if older, err := p.gatewayIsOlder(ctx); err != nil || !older {
		return err
	}
	err := p.step("gateway", func(update func(string)) (string, error) {
		patch := fmt.Sprintf(`{"spec":{"template":{"metadata":{"annotations":{%q:%q}}}}}`, restartedAt, time.Now().Format(time.RFC3339))
		_, err := p.kube.AppsV1().Deployments(rioNamespace).Patch(ctx, cluster.GatewayService, types.StrategicMergePatchType, []byte(patch), metav1.PatchOptions{})
		if err == nil && wait {
			err = p.waitReady(ctx, r, rel, update)
		}
		return "restarted, for Istio's authority is new", err
	})
	p.Talk("services that ran before do not understand it; restart them: kubectl rollout restart -n STACK deployment")
	return err
}

// gatewayIsOlder reports whether pods of the gateway were there before Istio's authority, and are
// not just being replaced for it.
func (p *plane) gatewayIsOlder(ctx context.Context) (bool, error) {
	authority, err := p.kube.CoreV1().Secrets(istioNamespace).Get(ctx, authoritySecret, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read Istio's authority: %w", err)
	}
	gateway, err := p.kube.AppsV1().Deployments(rioNamespace).Get(ctx, cluster.GatewayService, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read the gateway: %w", err)
	}
	since := authority.CreationTimestamp
	if t, err := time.Parse(time.RFC3339, gateway.Spec.Template.Annotations[restartedAt]); err == nil && !t.Before(since.Time) {
		return false, nil
	}
	pods, err := p.kube.CoreV1().Pods(rioNamespace).List(ctx, metav1.ListOptions{LabelSelector: rio.GatewayPods})
	if err != nil {
		return false, fmt.Errorf("read the gateway's pods: %w", err)
	}
	return slices.ContainsFunc(pods.Items, func(pod corev1.Pod) bool {
		return pod.DeletionTimestamp == nil && pod.CreationTimestamp.Before(&since)
	}), nil
}
