package controlplane

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// serviceKinds are the kinds that a service of kubectl rio is made of, in the order in
// which they go: routes before what they lead to.
var serviceKinds = []schema.GroupVersionResource{
	{Group: "networking.istio.io", Version: "v1", Resource: "virtualservices"},
	{Group: "networking.istio.io", Version: "v1", Resource: "destinationrules"},
	{Version: "v1", Resource: "services"},
	{Group: "autoscaling", Version: "v2", Resource: "horizontalpodautoscalers"},
	{Group: "policy", Version: "v1", Resource: "poddisruptionbudgets"},
	{Group: "apps", Version: "v1", Resource: "deployments"},
	{Group: "apps", Version: "v1", Resource: "statefulsets"},
	{Group: "apps", Version: "v1", Resource: "daemonsets"},
	{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "rolebindings"},
	{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "roles"},
	{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "clusterrolebindings"},
	{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "clusterroles"},
	{Version: "v1", Resource: "serviceaccounts"},
	{Version: "v1", Resource: "pods"}, // not to delete: to wait for
}

// ownObjects selects what kubectl rio made, and not the workloads that the webhook
// labelled or that were adopted.
var ownObjects = metav1.ListOptions{LabelSelector: rio.LabelManaged + "=true," + rio.LabelK8sManagedBy + "=" + rio.FieldManager}

// listServices finds the services that kubectl rio made, as NAMESPACE/SERVICE.
func (p *plane) listServices(ctx context.Context) ([]string, error) {
	found := map[string]bool{}
	for _, kind := range serviceKinds {
		objects, err := p.list(ctx, kind, ownObjects)
		if err != nil {
			return nil, err
		}
		for _, o := range objects {
			found[cmp.Or(o.GetNamespace(), o.GetLabels()[rio.LabelNamespace])+"/"+o.GetLabels()[rio.LabelService]] = true
		}
	}
	names := make([]string, 0, len(found))
	for name := range found {
		names = append(names, name)
	}
	slices.Sort(names)
	return names, nil
}

// purge deletes all services, and waits until their pods are gone.
func (p *plane) purge(ctx context.Context, update func(string)) error {
	for _, kind := range serviceKinds {
		objects, err := p.list(ctx, kind, ownObjects)
		if err != nil {
			return err
		}
		if kind.Resource != "pods" {
			for _, o := range objects {
				if err := p.delete(ctx, kind, o); err != nil {
					return err
				}
			}
		}
	}
	return p.until(ctx, update, func() (string, error) {
		names, err := p.listServices(ctx)
		if len(names) > 0 {
			return "services to be gone: " + strings.Join(names, ", "), err
		}
		return "", err
	})
}

// list is empty where the kind is unknown.
func (p *plane) list(ctx context.Context, kind schema.GroupVersionResource, opts metav1.ListOptions) ([]unstructured.Unstructured, error) {
	list, err := p.dynamic.Resource(kind).List(ctx, opts)
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", kind.Resource, err)
	}
	return list.Items, nil
}

// delete is done where the object is gone already.
func (p *plane) delete(ctx context.Context, kind schema.GroupVersionResource, o unstructured.Unstructured) error {
	err := p.dynamic.Resource(kind).Namespace(o.GetNamespace()).Delete(ctx, o.GetName(), metav1.DeleteOptions{})
	if err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("delete %s %q: %w", kind.Resource, o.GetName(), err)
	}
	return nil
}
