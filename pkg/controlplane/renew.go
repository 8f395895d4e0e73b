package controlplane

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	helmrelease "helm.sh/helm/v3/pkg/release"
	appsv1 "k8s.io/api/apps/v1"
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
// the one that went. It names the pods that are left to their owners. So it does where their proxy
// is older than istiod: only a new pod gets a new one.
// https://istio.io/latest/docs/concepts/security/#pki
// https://istio.io/latest/docs/setup/additional-setup/gateway/#upgrading-gateways
func (p *plane) renewGateway(ctx context.Context, istiod *helmrelease.Release, r release, rel *helmrelease.Release, wait bool) error {
	gateway, err := p.kube.AppsV1().Deployments(rioNamespace).Get(ctx, cluster.GatewayService, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the gateway: %w", err)
	}
	pods, err := p.kube.CoreV1().Pods(rioNamespace).List(ctx, metav1.ListOptions{LabelSelector: rio.GatewayPods})
	if err != nil {
		return fmt.Errorf("read the gateway's pods: %w", err)
	}
	authority, err := p.kube.CoreV1().Secrets(istioNamespace).Get(ctx, authoritySecret, metav1.GetOptions{})
	if err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("read Istio's authority: %w", err)
	}
	distrusted := err == nil && isOlder(gateway, pods.Items, authority.CreationTimestamp.Time, func(pod corev1.Pod) bool {
		return pod.CreationTimestamp.Before(&authority.CreationTimestamp)
	})
	version := cmp.Or(istiod.Chart.AppVersion(), istiod.Chart.Metadata.Version)
	behind := isOlder(gateway, pods.Items, istiod.Info.LastDeployed.Time, func(pod corev1.Pod) bool {
		return olderThan(proxyVersion(pod), version)
	})
	switch {
	case distrusted:
		err = p.restartGateway(ctx, r, rel, wait, "restarted, for Istio's authority is new")
		p.Talk("services that ran before do not understand it; restart them: kubectl rollout restart -n STACK deployment")
		return err
	case behind && !isReplaced(gateway):
		return p.restartGateway(ctx, r, rel, wait, "restarted, for Istio "+version)
	}
	return nil
}

func (p *plane) restartGateway(ctx context.Context, r release, rel *helmrelease.Release, wait bool, did string) error {
	return p.step("gateway", func(update func(string)) (string, error) {
		patch := fmt.Sprintf(`{"spec":{"template":{"metadata":{"annotations":{%q:%q}}}}}`, restartedAt, time.Now().Format(time.RFC3339))
		_, err := p.kube.AppsV1().Deployments(rioNamespace).Patch(ctx, cluster.GatewayService, types.StrategicMergePatchType, []byte(patch), metav1.PatchOptions{})
		if err == nil && wait {
			err = p.waitReady(ctx, r, rel, update)
		}
		return did, err
	})
}

// isOlder reports whether some of the gateway's pods are from before a time, and are not just being
// replaced for it.
func isOlder(gateway *appsv1.Deployment, pods []corev1.Pod, since time.Time, before func(corev1.Pod) bool) bool {
	restarted, err := time.Parse(time.RFC3339, gateway.Spec.Template.Annotations[restartedAt])
	if err == nil && !restarted.Before(since.Truncate(time.Second)) {
		return false
	}
	return slices.ContainsFunc(pods, func(pod corev1.Pod) bool { return pod.DeletionTimestamp == nil && before(pod) })
}

// isReplaced reports whether new pods are on their way already.
func isReplaced(gateway *appsv1.Deployment) bool {
	return gateway.Status.ObservedGeneration < gateway.Generation || gateway.Status.UpdatedReplicas < gateway.Status.Replicas
}

// proxyVersion is that of the image that Istio filled in, empty where it does not say.
func proxyVersion(pod corev1.Pod) string {
	return istioVersion(nil, slices.DeleteFunc(slices.Clone(pod.Spec.Containers), func(c corev1.Container) bool { return c.Name != rio.MeshContainers[0] }))
}
