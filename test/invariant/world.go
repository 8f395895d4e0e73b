package invariant

import (
	"cmp"
	"slices"

	istio "istio.io/client-go/pkg/apis/networking/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// world is what the API server holds at one moment of a history.
type world struct {
	objects map[key]manifest.Object
	routed  map[rio.Ref]bool // services that had a main VirtualService since their Service was made
}

type key struct{ kind, namespace, name string }

func newWorld() *world {
	return &world{objects: map[key]manifest.Object{}, routed: map[rio.Ref]bool{}}
}

func keyOf(o manifest.Object) key { return key{manifest.Kind(o), o.GetNamespace(), o.GetName()} }

// changeOf compares an event with what is stored.
func (w *world) changeOf(e Event) change {
	c := change{before: w.objects[keyOf(e.Object)]}
	if !e.Deleted {
		c.after = e.Object
	}
	return c
}

func (w *world) apply(c change) {
	o := c.object()
	if o == nil {
		return // the end of what was never there
	}
	if c.after == nil {
		delete(w.objects, keyOf(o))
	} else {
		w.objects[keyOf(o)] = o
	}
	if isMain(o) && c.after != nil {
		w.routed[refOf(o)] = true
	}
	if isShared(o) && c.after == nil {
		delete(w.routed, refOf(o))
	}
}

// each lists the objects of one type in a namespace, by name.
func each[T manifest.Object](w *world, namespace string) []T {
	var found []T
	for k, o := range w.objects {
		if t, ok := o.(T); ok && k.namespace == namespace {
			found = append(found, t)
		}
	}
	slices.SortFunc(found, func(a, b T) int { return cmp.Compare(a.GetName(), b.GetName()) })
	return found
}

// virtualServices are those of services in a namespace.
func (w *world) virtualServices(namespace string) []*istio.VirtualService {
	return slices.DeleteFunc(each[*istio.VirtualService](w, namespace), func(vs *istio.VirtualService) bool { return !managed(vs) })
}

// hasSubset reports whether a DestinationRule of the namespace has a host's subset.
func (w *world) hasSubset(namespace, host, subset string) bool {
	return slices.ContainsFunc(each[*istio.DestinationRule](w, namespace), func(dr *istio.DestinationRule) bool {
		return slices.Contains(subsets(dr, host), subset)
	})
}

// ready reports whether a Service has a ready endpoint that is a pod of a revision.
func (w *world) ready(namespace, service, revision string) bool {
	for _, slice := range each[*discoveryv1.EndpointSlice](w, namespace) {
		if slice.Labels[discoveryv1.LabelServiceName] != service {
			continue
		}
		for _, e := range slice.Endpoints {
			if e.TargetRef == nil || !ptr.Deref(e.Conditions.Ready, true) { // nil means ready, says its API
				continue
			}
			pod := w.objects[key{"Pod", namespace, e.TargetRef.Name}]
			if pod != nil && pod.GetLabels()[rio.LabelRevision] == revision {
				return true
			}
		}
	}
	return false
}

// refOf is the service that an object is labelled as a part of, in the namespace that it is in.
func refOf(o manifest.Object) rio.Ref {
	return rio.Ref{Namespace: o.GetNamespace(), Service: o.GetLabels()[rio.LabelService]}
}

// isMain reports whether an object is the VirtualService that splits a service's traffic.
func isMain(o manifest.Object) bool {
	_, ok := o.(*istio.VirtualService)
	return ok && managed(o) && o.GetLabels()[rio.LabelRevision] == "" && !manifest.IsRouteSet(o)
}

// isShared reports whether an object is the Service that all revisions of a service share.
func isShared(o manifest.Object) bool {
	_, ok := o.(*corev1.Service)
	return ok && managed(o) && o.GetName() == refOf(o).Service
}
