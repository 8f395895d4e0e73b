package controlplane

import (
	"context"
	"maps"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// systemLabels are the labels of rio-system; where it is not there, those that install gives it.
func (p *plane) systemLabels(ctx context.Context) (map[string]string, error) {
	ns, err := p.kube.CoreV1().Namespaces().Get(ctx, rioNamespace, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		ns, err = release{namespace: rioNamespace}.ownNamespace()
	}
	if err != nil {
		return nil, err
	}
	l := map[string]string{corev1.LabelMetadataName: rioNamespace}
	maps.Copy(l, ns.Labels)
	return l, nil
}

// scopeFindings say whether an istiod looks at rio-system. One that does not ignores the Gateway, and
// gives the namespace no root certificate, for which the gateway's pods then wait for ever:
// https://istio.io/latest/docs/ops/configuration/mesh/configuration-scoping/#discoveryselectors
func (p *plane) scopeFindings(ctx context.Context, namespace map[string]string) []rio.Finding {
	istiods, err := p.istiods(ctx)
	if err != nil {
		return []rio.Finding{unread(rio.LinkIstio, err)}
	}
	var wanted []string
	for _, d := range istiods {
		selectors, err := p.discoverySelectors(ctx, d)
		if err != nil {
			return []rio.Finding{unread(rio.LinkIstio, err)}
		}
		looks := func(s metav1.LabelSelector) bool { return matches(&s, namespace) }
		if len(selectors) == 0 || slices.ContainsFunc(selectors, looks) {
			return nil
		}
		for _, s := range selectors {
			wanted = append(wanted, metav1.FormatLabelSelector(&s))
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	return []rio.Finding{rio.TroubleIstioScope.Found(rio.Case{"selectors": strings.Join(wanted, " or ")})}
}

// discoverySelectors are those of the namespaces that an istiod looks at; none where these are all.
func (p *plane) discoverySelectors(ctx context.Context, istiod appsv1.Deployment) ([]metav1.LabelSelector, error) {
	name := "istio"
	if revision := istiod.Labels[rio.LabelMeshRevision]; revision != "" && revision != "default" {
		name += "-" + revision
	}
	config, err := p.kube.CoreV1().ConfigMaps(istiod.Namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil || config.Data["mesh"] == "" {
		return nil, utilerrors.FilterOut(err, apierrors.IsNotFound)
	}
	var mesh struct {
		DiscoverySelectors []metav1.LabelSelector `json:"discoverySelectors"`
	}
	err = yaml.Unmarshal([]byte(config.Data["mesh"]), &mesh)
	return mesh.DiscoverySelectors, err
}
