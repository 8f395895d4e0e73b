package controlplane

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/discovery"
)

// foreignIn names what others have in a namespace, as KIND/NAME, of whatever kind. What
// cannot be seen is taken to be there.
func (p *plane) foreignIn(ctx context.Context, namespace string) (foreign []string, err error) {
	kinds, foreign, err := p.heldKinds()
	if err != nil {
		return nil, err
	}
	var all []unstructured.Unstructured
	there := sets.Set[types.UID]{}
	for _, kind := range kinds {
		list, err := p.dynamic.Resource(kind).Namespace(namespace).List(ctx, metav1.ListOptions{})
		switch {
		case apierrors.IsNotFound(err), apierrors.IsMethodNotSupported(err):
			continue
		case apierrors.IsForbidden(err):
			foreign = append(foreign, kind.GroupResource().String()+", which you may not list")
			continue
		case err != nil:
			return nil, fmt.Errorf("list %s in %q: %w", kind.Resource, namespace, err)
		}
		for _, o := range list.Items {
			there.Insert(o.GetUID())
			if !incidental(kind, o) {
				all = append(all, o)
			}
		}
	}
	for _, o := range all {
		goesWithAnother := slices.ContainsFunc(o.GetOwnerReferences(), func(r metav1.OwnerReference) bool { return there.Has(r.UID) })
		if !goesWithAnother {
			foreign = append(foreign, strings.ToLower(o.GetKind())+"/"+o.GetName())
		}
	}
	return foreign, nil
}

// heldKinds are the kinds of which a namespace can have objects, each in one version, and in
// words what part of the server did not say which it has.
func (p *plane) heldKinds() (kinds []schema.GroupVersionResource, silent []string, err error) {
	_, lists, err := p.kube.Discovery().ServerGroupsAndResources()
	if failed, ok := errors.AsType[*discovery.ErrGroupDiscoveryFailed](err); ok {
		for version := range failed.Groups {
			silent = append(silent, "objects of "+version.String()+", whose server does not answer")
		}
		slices.Sort(silent)
	} else if err != nil {
		return nil, nil, fmt.Errorf("ask which kinds there are: %w", err)
	}
	known := sets.Set[schema.GroupResource]{}
	for _, list := range lists {
		version, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			return nil, nil, err
		}
		for _, r := range list.APIResources {
			kind := version.WithResource(r.Name)
			stored := slices.Contains(r.Verbs, "list") && slices.Contains(r.Verbs, "delete") // not so the figures of pods
			if r.Namespaced && stored && !known.Has(kind.GroupResource()) {
				known.Insert(kind.GroupResource())
				kinds = append(kinds, kind)
			}
		}
	}
	return kinds, silent, nil
}

// inEvery are the objects that Kubernetes, OpenShift and Google put into every namespace.
var inEvery = []string{
	"configmaps/kube-root-ca.crt", "serviceaccounts/default",
	"configmaps/openshift-service-ca.crt", "serviceaccounts/builder", "serviceaccounts/deployer",
	"rolebindings/system:deployers", "rolebindings/system:image-builders", "rolebindings/system:image-pullers",
	"resourcequotas/gke-resource-quotas", // of small clusters of Google
}

// copiedFrom is the label of what OpenShift's operators for all namespaces have in each.
const copiedFrom = "olm.copiedFrom"

// ofAccount are the annotations of a Secret that is made for a ServiceAccount, and goes with it.
var ofAccount = []string{corev1.ServiceAccountNameKey, "openshift.io/internal-registry-auth-token.service-account"}

// incidental reports whether an object goes with its namespace: Kubernetes, istiod or one of
// our releases put it there, or it is on its way out.
func incidental(kind schema.GroupVersionResource, o unstructured.Unstructured) bool {
	derived := slices.Contains([]string{"events", "endpoints", "endpointslices"}, kind.Resource) || // from what is listed, too
		kind.Group == "operators.coreos.com" && o.GetLabels()[copiedFrom] != "" ||
		kind == secrets && slices.ContainsFunc(ofAccount, func(key string) bool { return o.GetAnnotations()[key] != "" })
	return derived || slices.Contains(inEvery, kind.Resource+"/"+o.GetName()) || o.GetDeletionTimestamp() != nil || madeByIstiod(o) || ofOurs(o)
}
