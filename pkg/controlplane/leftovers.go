package controlplane

import (
	"context"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// istiodManager is the field manager of what istiod itself writes.
const istiodManager = "pilot-discovery"

var (
	configMaps = schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}
	secrets    = schema.GroupVersionResource{Version: "v1", Resource: "secrets"}

	// istiodKinds are the kinds of which istiod makes objects that no release holds: its
	// root certificate for every namespace, its key, its leases, and the classes that it
	// offers where the Gateway API is.
	istiodKinds = []schema.GroupVersionResource{
		configMaps,
		secrets,
		{Group: "coordination.k8s.io", Version: "v1", Resource: "leases"},
		{Group: "gateway.networking.k8s.io", Version: "v1", Resource: "gatewayclasses"},
	}
)

// removeIstioLeftovers removes what istiod made.
func (p *plane) removeIstioLeftovers(ctx context.Context) error {
	if err := p.awaitIstiod(ctx); err != nil {
		return err
	}
	for _, kind := range istiodKinds {
		objects, err := p.list(ctx, kind, metav1.ListOptions{})
		if err != nil {
			return err
		}
		for _, o := range objects {
			if !madeByIstiod(o) {
				continue
			}
			if err := p.delete(ctx, kind, o); err != nil {
				return err
			}
		}
	}
	return nil
}

// awaitIstiod waits for an istiod that goes, or it makes anew what is removed. A run that was stopped
// may have left that wait.
func (p *plane) awaitIstiod(ctx context.Context) error {
	going := func() (string, error) {
		istiods, err := p.istiods(ctx)
		for _, d := range istiods {
			if d.DeletionTimestamp != nil {
				return fmt.Sprintf("deployment %q in %q to be gone", d.Name, d.Namespace), err
			}
		}
		return "", err
	}
	if text, err := going(); text == "" || err != nil {
		return err
	}
	return p.step(releaseIstiod, func(update func(string)) (string, error) { return "removed", p.until(ctx, update, going) })
}

// madeByIstiod reports whether nobody but istiod wrote an object.
func madeByIstiod(o unstructured.Unstructured) bool {
	fields := o.GetManagedFields()
	return len(fields) > 0 && !slices.ContainsFunc(fields, func(f metav1.ManagedFieldsEntry) bool { return f.Manager != istiodManager })
}

// removeIstioKinds removes the CRDs of the release istio-base, which Helm would keep, and
// with them the last objects of these kinds.
func (p *plane) removeIstioKinds(ctx context.Context, update func(string)) error {
	crds, err := p.ourCRDs(ctx)
	if err != nil {
		return err
	}
	for _, crd := range crds {
		if err := p.delete(ctx, crdResource, crd); err != nil {
			return err
		}
	}
	return p.until(ctx, update, func() (string, error) {
		left, err := p.ourCRDs(ctx)
		if len(left) > 0 {
			return fmt.Sprintf("%d kinds of Istio to be gone, %s among them", len(left), left[0].GetName()), err
		}
		return "", err
	})
}

// ourCRDs are the CRDs of the release istio-base.
func (p *plane) ourCRDs(ctx context.Context) ([]unstructured.Unstructured, error) {
	crds, err := p.istioCRDs(ctx)
	return slices.DeleteFunc(crds, func(crd unstructured.Unstructured) bool { return !ofBase(crd) }), err
}

// istioUsers names what would break without our Istio: objects of its kinds, other istiods, and
// pods with a proxy of it. Ours are not among them.
func (p *plane) istioUsers(ctx context.Context) ([]string, error) {
	var users []string
	add := func(kind schema.GroupVersionResource, opts metav1.ListOptions) error {
		objects, err := p.list(ctx, kind, opts)
		for _, o := range objects {
			if o.GetLabels()[rio.LabelManaged] != "true" && !ofOurs(o) {
				users = append(users, fmt.Sprintf("%s %s/%s", kind.Resource, o.GetNamespace(), o.GetName()))
			}
		}
		return err
	}
	crds, err := p.ourCRDs(ctx)
	if err != nil {
		return nil, err
	}
	for _, crd := range crds {
		group, plural := getString(crd.Object, "spec", "group"), getString(crd.Object, "spec", "names", "plural")
		for _, version := range versionsOf(crd, "storage") { // one
			if err := add(schema.GroupVersionResource{Group: group, Version: version, Resource: plural}, metav1.ListOptions{}); err != nil {
				return nil, err
			}
		}
	}
	if err := add(deployments, metav1.ListOptions{LabelSelector: "app=istiod"}); err != nil {
		return nil, err
	}
	proxied, err := p.othersProxies(ctx)
	return append(users, proxied...), err
}

// othersProxies says in which namespaces others have pods with a proxy, be it a sidecar or a
// gateway. Whatever Istio puts one in gets that label by all of its templates.
func (p *plane) othersProxies(ctx context.Context) ([]string, error) {
	letGo, _, err := p.ofOthers(ctx)
	if err != nil {
		return nil, err
	}
	objects, err := p.list(ctx, pods, metav1.ListOptions{LabelSelector: "service.istio.io/canonical-name"})
	if err != nil {
		return nil, err
	}
	count := map[string]int{}
	for _, o := range objects {
		l := o.GetLabels()
		service := l[rio.LabelManaged] == "true" && l[rio.LabelK8sManagedBy] == rio.FieldManager && !letGo.Has(serviceOf(o))
		gateway := o.GetNamespace() == rioNamespace && rio.OfGateway(l)
		if !service && !gateway && o.GetDeletionTimestamp() == nil && runsProxy(o) {
			count[o.GetNamespace()]++
		}
	}
	var said []string
	for _, namespace := range slices.Sorted(maps.Keys(count)) {
		said = append(said, fmt.Sprintf("%s with a proxy in %s", rio.Count(count[namespace], "pod"), namespace))
	}
	return said, nil
}

// runsProxy reports whether a pod has a proxy of Istio, and has not ended.
func runsProxy(o unstructured.Unstructured) bool {
	var pod corev1.Pod
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, &pod); err != nil {
		return false
	}
	ended := pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed
	return !ended && rio.HasProxy(pod)
}

// ofOurs reports whether an object belongs to a release that install makes.
func ofOurs(o unstructured.Unstructured) bool {
	return ofBase(o) || ofRelease(&o, releaseIstiod, istioNamespace) || ofRelease(&o, releaseRio, rioNamespace)
}
