package controlplane

import (
	"bytes"
	"context"
	"fmt"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chartutil"
	helmrelease "helm.sh/helm/v3/pkg/release"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
)

// upgradeRio upgrades the release rio, and the gateway keeps its pods where its autoscaler is
// switched on or off, or somebody scaled it.
func (p *plane) upgradeRio(ctx context.Context, config *action.Configuration, r release, last *helmrelease.Release, values map[string]any) (*helmrelease.Release, error) {
	base, err := upgradeBase(config, last)
	if err != nil {
		return nil, err
	}
	scaled := false
	switch {
	case scales(values):
		err = forgetReplicas(config, base)
	case scales(base.Config) || scales(last.Config):
		err = p.stopScaling(ctx)
	case sameReplicas(values, base.Config) && sameReplicas(values, last.Config):
		scaled, err = p.isScaled(ctx, r, values)
	}
	if err != nil {
		return nil, err
	}
	if !scaled {
		return r.upgrade(ctx, config, values, nil)
	}
	if err := forgetReplicas(config, base); err != nil {
		return nil, err
	}
	u := new(unscaled)
	rel, err := r.upgrade(ctx, config, values, u)
	if err != nil {
		return nil, err
	}
	rel.Manifest = u.rendered // or a dry run would find that the chart differs
	return rel, config.Releases.Update(rel)
}

// sameReplicas reports whether two values of the chart say the same of the gateway's pods.
func sameReplicas(a, b map[string]any) bool {
	return fmt.Sprint(get(a, "gateway", "replicas")) == fmt.Sprint(get(b, "gateway", "replicas"))
}

// isScaled reports whether the gateway has another number of pods than the chart gives it. One that
// has none was broken, not scaled.
func (p *plane) isScaled(ctx context.Context, r release, values map[string]any) (bool, error) {
	gateway, err := p.kube.AppsV1().Deployments(rioNamespace).Get(ctx, cluster.GatewayService, metav1.GetOptions{})
	if err != nil || gateway.Spec.Replicas == nil || *gateway.Spec.Replicas == 0 {
		return false, utilerrors.FilterOut(err, apierrors.IsNotFound)
	}
	all, err := chartutil.CoalesceValues(r.chart, values)
	return err == nil && fmt.Sprint(*gateway.Spec.Replicas) != fmt.Sprint(get(all, "gateway", "replicas")), err
}

// unscaled has Helm apply the chart without the number of the gateway's pods, and remembers the
// chart as it was rendered.
type unscaled struct{ rendered string }

func (u *unscaled) Run(rendered *bytes.Buffer) (*bytes.Buffer, error) {
	u.rendered = rendered.String()
	text, _, err := eachDocument(u.rendered, withoutReplicas)
	return bytes.NewBufferString(text), err
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
	return rewrite(config, rel, withoutReplicas)
}

// withoutReplicas is a document without the number of the gateway's pods.
func withoutReplicas(document string) (string, error) {
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
}
