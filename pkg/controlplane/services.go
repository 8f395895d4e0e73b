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
	"k8s.io/apimachinery/pkg/util/sets"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// serviceKinds are the kinds that a service of kubectl rio is made of, in the order in
// which they go: routes before what they lead to. By what comes after the copies of configs
// it is seen that a purge which was stopped has not ended.
var serviceKinds = []schema.GroupVersionResource{
	{Group: "networking.istio.io", Version: "v1", Resource: "virtualservices"},
	{Group: "networking.istio.io", Version: "v1", Resource: "destinationrules"},
	{Version: "v1", Resource: "services"},
	{Group: "autoscaling", Version: "v2", Resource: "horizontalpodautoscalers"},
	{Group: "policy", Version: "v1", Resource: "poddisruptionbudgets"},
	configMaps,
	secrets,
	deployments,
	statefulSets,
	daemonSets,
	{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "rolebindings"},
	{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "roles"},
	{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "clusterrolebindings"},
	{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "clusterroles"},
	{Version: "v1", Resource: "serviceaccounts"},
	pods, // not to delete: to wait for
}

var (
	deployments  = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}
	statefulSets = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "statefulsets"}
	daemonSets   = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "daemonsets"}
	pods         = schema.GroupVersionResource{Version: "v1", Resource: "pods"}
)

// ownObjects selects what kubectl rio made, and not the workloads that the webhook
// labelled or that were adopted.
const ownObjects = rio.LabelManaged + "=true," + rio.LabelK8sManagedBy + "=" + rio.FieldManager

func isCopy(kind schema.GroupVersionResource) bool { return kind == configMaps || kind == secrets }

// listOwn lists what services and routes have of a kind. Of what was let go, and of the
// configs and secrets that belong to a stack, there is none.
func (p *plane) listOwn(ctx context.Context, kind schema.GroupVersionResource, letGo sets.Set[string]) ([]unstructured.Unstructured, error) {
	selector := ownObjects
	if isCopy(kind) {
		selector += "," + rio.LabelService
	}
	objects, err := p.list(ctx, kind, metav1.ListOptions{LabelSelector: selector})
	return slices.DeleteFunc(objects, func(o unstructured.Unstructured) bool { return letGo.Has(serviceOf(o)) }), err
}

// serviceOf is the service of an object, as NAMESPACE/NAME.
func serviceOf(o unstructured.Unstructured) string {
	labels := o.GetLabels()
	return cmp.Or(o.GetNamespace(), labels[rio.LabelNamespace]) + "/" + labels[rio.LabelService]
}

// ofOthers are the services that were released, and those of which a workload was adopted. The
// pods of the released, and what these need, are labelled as before; only their workloads say
// that they are nobody's.
func (p *plane) ofOthers(ctx context.Context) (letGo, adopted sets.Set[string], err error) {
	released, kept, adopted := sets.Set[string]{}, sets.Set[string]{}, sets.Set[string]{}
	for _, kind := range []schema.GroupVersionResource{deployments, statefulSets, daemonSets} {
		objects, err := p.list(ctx, kind, metav1.ListOptions{LabelSelector: rio.LabelManaged})
		if err != nil {
			return nil, nil, err
		}
		for _, o := range objects {
			pods, _, err := unstructured.NestedStringMap(o.Object, "spec", "template", "metadata", "labels")
			if err != nil {
				return nil, nil, fmt.Errorf("read %s %q: %w", kind.Resource, o.GetName(), err)
			}
			switch labels := o.GetLabels(); {
			case labels[rio.LabelManaged] == rio.LetGo && pods[rio.LabelService] != "":
				released.Insert(o.GetNamespace() + "/" + pods[rio.LabelService])
			case labels[rio.LabelK8sManagedBy] == rio.FieldManager: // a release that has not ended
				kept.Insert(serviceOf(o))
			case labels[rio.LabelManaged] != rio.LetGo:
				adopted.Insert(serviceOf(o))
			}
		}
	}
	return released.Difference(kept), adopted, nil
}

// purge deletes all services.
func (p *plane) purge(ctx context.Context) error {
	letGo, _, err := p.ofOthers(ctx)
	if err != nil {
		return err
	}
	for _, kind := range serviceKinds {
		if kind == pods {
			continue
		}
		objects, err := p.listOwn(ctx, kind, letGo)
		if err != nil {
			return err
		}
		for _, o := range objects {
			if err := p.delete(ctx, kind, o); err != nil {
				return err
			}
		}
	}
	return nil
}

// awaitGone waits until nothing of any service is left, pods that are ending included.
func (p *plane) awaitGone(ctx context.Context, update func(string)) error {
	return p.until(ctx, update, func() (string, error) {
		left, err := p.listMade(ctx)
		switch all := left.all(); {
		case len(all) > 0:
			return "services to be gone: " + strings.Join(all, ", "), err
		case len(left.going) > 0:
			namespace, name, _ := strings.Cut(left.going[0], "/")
			return fmt.Sprintf("pods to end of %s\nif nothing ends them: kubectl delete replicasets,pods -n %s -l %s=%s", strings.Join(left.going, ", "), namespace, rio.LabelService, name), err
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
