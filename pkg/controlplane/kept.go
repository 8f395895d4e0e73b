package controlplane

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// keptIn is the namespace in which another tool keeps the record of the release rio, empty where
// none does. Flux has it beside its HelmRelease, which may be elsewhere than what it makes:
// https://fluxcd.io/flux/components/helm/helmreleases/#storage-namespace
func (p *plane) keptIn(ctx context.Context) (string, error) {
	records, err := p.kube.CoreV1().Secrets(metav1.NamespaceAll).List(ctx, metav1.ListOptions{LabelSelector: "owner=helm,name=" + releaseRio})
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
			return r.Namespace, nil
		}
	}
	return "", nil
}
