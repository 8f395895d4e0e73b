package controlplane

import (
	"context"

	"helm.sh/helm/v3/pkg/action"
	helmrelease "helm.sh/helm/v3/pkg/release"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
)

// switchScaling has the gateway keep its pods through an upgrade of the release rio, which
// switches its autoscaler on or off.
func (p *plane) switchScaling(ctx context.Context, config *action.Configuration, last *helmrelease.Release, values map[string]any) error {
	base, err := upgradeBase(config, last)
	if err != nil {
		return err
	}
	if scales(values) {
		return forgetReplicas(config, base)
	}
	if scales(base.Config) || scales(last.Config) {
		return p.stopScaling(ctx)
	}
	return nil
}

func scales(values map[string]any) bool {
	return get(values, "gateway", "autoscaling", "enabled") == true
}

// stopScaling removes the gateway's autoscaler before the chart's number of pods is written.
// Helm removes it last, and until then it writes its own number over that.
func (p *plane) stopScaling(ctx context.Context) error {
	err := p.kube.AutoscalingV2().HorizontalPodAutoscalers(rioNamespace).Delete(ctx, cluster.GatewayService, metav1.DeleteOptions{})
	return utilerrors.FilterOut(err, apierrors.IsNotFound)
}

// forgetReplicas takes the number of the gateway's pods out of a release's record. Helm would
// take what the chart says no more out of the Deployment too, which then has one pod, until the
// autoscaler has looked.
func forgetReplicas(config *action.Configuration, rel *helmrelease.Release) error {
	return rewrite(config, rel, func(document string) (string, error) {
		var o map[string]any
		if err := yaml.Unmarshal([]byte(document), &o); err != nil {
			return "", err
		}
		if getString(o, "kind") != "Deployment" || getString(o, "metadata", "name") != cluster.GatewayService || get(o, "spec", "replicas") == nil {
			return document, nil
		}
		unstructured.RemoveNestedField(o, "spec", "replicas")
		text, err := yaml.Marshal(o)
		return string(text), err
	})
}
