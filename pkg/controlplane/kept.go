package controlplane

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
)

// defaults is the ConfigMap that the chart rio leaves for all users to read, an empty one where it
// is not there.
func (p *plane) defaults(ctx context.Context) (*corev1.ConfigMap, error) {
	defaults, err := p.kube.CoreV1().ConfigMaps(cluster.DefaultsNamespace).Get(ctx, cluster.DefaultsConfigMap, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return &corev1.ConfigMap{}, nil
	}
	return defaults, err
}

// byFlux says for which HelmRelease Flux keeps the release of an object, empty where it does not. Its
// record is where ours would be if the HelmRelease is in rio-system:
// https://github.com/fluxcd/helm-controller/pull/238
func byFlux(o metav1.Object) string {
	name := o.GetLabels()["helm.toolkit.fluxcd.io/name"]
	if name == "" {
		return ""
	}
	return fmt.Sprintf("by Flux, for HelmRelease %q of namespace %q", name, o.GetLabels()["helm.toolkit.fluxcd.io/namespace"])
}

// keptElsewhere says where another tool keeps the record of the release rio, empty where none does. Flux
// has it beside its HelmRelease, which may be elsewhere than what it makes:
// https://fluxcd.io/flux/components/helm/helmreleases/#storage-namespace. Helm may have it in ConfigMaps:
// https://helm.sh/docs/topics/advanced/#storage-backends
func (p *plane) keptElsewhere(ctx context.Context) (string, error) {
	const ofRio = "owner=helm,name=" + releaseRio
	maps, err := p.kube.CoreV1().ConfigMaps(rioNamespace).List(ctx, metav1.ListOptions{LabelSelector: ofRio, Limit: 1})
	if err != nil {
		return "", fmt.Errorf("look for releases: %w", err)
	}
	if len(maps.Items) > 0 {
		return "in ConfigMaps, by helm with HELM_DRIVER=configmap", nil
	}
	records, err := p.kube.CoreV1().Secrets(metav1.NamespaceAll).List(ctx, metav1.ListOptions{LabelSelector: ofRio})
	if err != nil {
		return "", fmt.Errorf("look for releases: %w", err)
	}
	for _, r := range records.Items {
		if r.Namespace == rioNamespace {
			continue
		}
		last, err := p.last(r.Namespace)
		if err != nil {
			return "", fmt.Errorf("release %q of namespace %q: %w", releaseRio, r.Namespace, err)
		}
		if last != nil && last.Namespace == rioNamespace { // or it only has that name
			return fmt.Sprintf("in namespace %q by another tool, as Flux does", r.Namespace), nil
		}
	}
	return "", nil
}
