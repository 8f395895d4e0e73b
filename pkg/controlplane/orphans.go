package controlplane

import (
	"context"
	"fmt"
	"maps"

	helmrelease "helm.sh/helm/v3/pkg/release"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// chartObjects selects what is of the chart rio, whoever brought it.
const chartObjects = rio.LabelK8sName + "=rio," + rio.LabelK8sPartOf + "=rio,helm.sh/chart"

// chartObject is an object of the chart rio.
type chartObject struct {
	kind schema.GroupVersionResource
	unstructured.Unstructured
}

// ours reports whether it is of the release that install makes.
func (o chartObject) ours() bool { return ofRelease(&o, releaseRio, rioNamespace) }

// ofChart lists the objects of the chart rio, in all namespaces.
func (p *plane) ofChart(ctx context.Context) ([]chartObject, error) {
	var all []chartObject
	for _, k := range madeKinds {
		for _, resource := range k.resources {
			kind := schema.GroupVersionResource{Group: k.group, Version: "v1", Resource: resource}
			objects, err := p.list(ctx, kind, metav1.ListOptions{LabelSelector: chartObjects})
			if err != nil {
				return nil, err
			}
			for _, o := range objects {
				all = append(all, chartObject{kind, o})
			}
		}
	}
	return all, nil
}

// mustBeOurs refuses to uninstall a chart that another tool applied, or that is of another
// release: of its objects no record is found, and that tool would bring them again.
func (p *plane) mustBeOurs(ctx context.Context) error {
	defaults, err := p.defaults(ctx)
	if err != nil {
		return err
	}
	keeper := byFlux(defaults)
	if last, err := p.last(rioNamespace); err != nil || last != nil && keeper == "" {
		return err
	}
	objects, err := p.ofChart(ctx)
	if err != nil || len(objects) == 0 {
		return err
	}
	if keeper == "" {
		if keeper, err = p.keptElsewhere(ctx); err != nil {
			return err
		}
	}
	for _, o := range objects {
		if o.GetDeletionTimestamp() == nil && (keeper != "" || !o.ours()) {
			return fmt.Errorf("chart %s of rio was applied by another tool, or as another release; remove it there, then repeat: kubectl rio uninstall",
				chartVersion(o.GetLabels()))
		}
	}
	return nil
}

// removeOrphans removes the objects of a release whose record went before them, with namespace
// rio-system for one, and waits until they are gone. It reports whether there were any.
func (p *plane) removeOrphans(ctx context.Context, update func(string)) (bool, error) {
	objects, err := p.orphans(ctx)
	if err != nil {
		return false, err
	}
	for _, o := range objects {
		if err := p.delete(ctx, o.kind, o.Unstructured); err != nil {
			return true, err
		}
	}
	return len(objects) > 0, p.until(ctx, update, func() (string, error) {
		left, err := p.orphans(ctx)
		if len(left) > 0 {
			return fmt.Sprintf("%s %q to be gone", left[0].kind.Resource, left[0].GetName()), err
		}
		return "", err
	})
}

// removeStale removes the objects of our release that neither the record names from which Helm
// upgrades nor the manifest to come. Helm knows one earlier record, and an upgrade that failed leaves
// two: what it made is in the other.
func (p *plane) removeStale(ctx context.Context, base, next string) error {
	named, err := objectsIn(base)
	if err != nil {
		return err
	}
	coming, err := objectsIn(next)
	if err != nil {
		return err
	}
	maps.Copy(named, coming)
	objects, err := p.orphans(ctx)
	if err != nil {
		return err
	}
	for _, o := range objects {
		if named[keyOf(o.Object)] != nil || o.GetAnnotations()[helmrelease.HookAnnotation] != "" { // helm test's
			continue
		}
		if err := p.delete(ctx, o.kind, o.Unstructured); err != nil {
			return err
		}
	}
	return nil
}

// orphans are the objects of our release, but for a namespace in which others have something.
func (p *plane) orphans(ctx context.Context) ([]chartObject, error) {
	objects, err := p.ofChart(ctx)
	if err != nil {
		return nil, err
	}
	var orphans []chartObject
	for _, o := range objects {
		if !o.ours() {
			continue
		}
		if o.GetKind() == "Namespace" && o.GetDeletionTimestamp() == nil {
			foreign, err := p.foreignIn(ctx, o.GetName())
			if err != nil {
				return nil, err
			}
			if len(foreign) > 0 {
				p.kept[o.GetName()] = foreign
				continue
			}
		}
		orphans = append(orphans, o)
	}
	return orphans, nil
}
