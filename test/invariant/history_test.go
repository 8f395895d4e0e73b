package invariant_test

import (
	"slices"

	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/test/invariant"
)

// history is written as tests tell it; every call is one version.
type history []invariant.Event

func (h *history) store(objects ...manifest.Object) {
	for _, o := range objects {
		*h = append(*h, invariant.Event{Revision: uint64(len(*h) + 1), Object: o})
	}
}

func (h *history) remove(objects ...manifest.Object) {
	for _, o := range objects {
		*h = append(*h, invariant.Event{Revision: uint64(len(*h) + 1), Deleted: true, Object: o})
	}
}

// foobar is the service of all histories, with v2 staged at a weight.
func foobar(weight int) rio.Service {
	return rio.Service{
		Namespace: "default", Name: "foobar", Domain: "example.com", Gateway: "rio-system/rio-gateway",
		Ports: []rio.Port{{Number: 80, Protocol: "http", Publish: true}, {Number: 5432, Protocol: "tcp", Publish: true}},
		Revisions: []rio.Revision{
			{Name: "latest", Kind: "Deployment", Weight: 100 - weight},
			{Name: "v2", Kind: "Deployment", Weight: weight},
		},
	}
}

// object is one of those that kubectl rio writes for foobar, made otherwise by edits.
func object[T manifest.Object](name string, weight int, edits ...func(T)) T {
	var found T
	for _, o := range manifest.Render(foobar(weight)) {
		if t, ok := o.(T); ok && o.GetName() == name {
			found = t
			for _, edit := range edits {
				edit(t)
			}
		}
	}
	return found
}

func deployment(name string, edits ...func(*appsv1.Deployment)) *appsv1.Deployment {
	return object(name, 0, edits...)
}

func service(name string, edits ...func(*corev1.Service)) *corev1.Service {
	return object(name, 0, edits...)
}

func rule(edits ...func(*istio.DestinationRule)) *istio.DestinationRule {
	return object("foobar", 0, edits...)
}

// split is the main VirtualService, with v2 at a weight.
func split(weight int, edits ...func(*istio.VirtualService)) *istio.VirtualService {
	return object("foobar", weight, edits...)
}

func drop(subset string) func(*istio.DestinationRule) {
	return func(dr *istio.DestinationRule) {
		dr.Spec.Subsets = slices.DeleteFunc(dr.Spec.Subsets, func(s *networking.Subset) bool { return s.Name == subset })
	}
}

// named gives an object that the service has once another name.
func named[T manifest.Object](name string) func(T) {
	return func(o T) { o.SetName(name) }
}

// user adds a route for requests of their own, in front.
func user(routes ...*networking.HTTPRouteDestination) func(*istio.VirtualService) {
	return func(vs *istio.VirtualService) {
		match := []*networking.HTTPMatchRequest{{Headers: map[string]*networking.StringMatch{"tester": {}}}}
		vs.Spec.Http = slices.Insert(vs.Spec.Http, 0, &networking.HTTPRoute{Match: match, Route: routes})
	}
}

func to(subset string, weight int32) *networking.HTTPRouteDestination {
	return &networking.HTTPRouteDestination{Destination: &networking.Destination{Host: "foobar.default.svc.cluster.local", Subset: subset}, Weight: weight}
}

func pod(name, revision string) *corev1.Pod {
	labels := rio.Labels(rio.Ref{Namespace: "default", Service: "foobar", Revision: revision})
	return &corev1.Pod{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name, Labels: labels},
	}
}

// endpoints are those of Service foobar: pods, ready unless their name begins with a "!".
func endpoints(pods ...string) *discoveryv1.EndpointSlice {
	slice := &discoveryv1.EndpointSlice{
		TypeMeta:   metav1.TypeMeta{APIVersion: "discovery.k8s.io/v1", Kind: "EndpointSlice"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "foobar-x", Labels: map[string]string{discoveryv1.LabelServiceName: "foobar"}},
	}
	for _, name := range pods {
		e := discoveryv1.Endpoint{}
		if name[0] == '!' {
			name, e.Conditions.Ready = name[1:], new(false)
		}
		e.TargetRef = &corev1.ObjectReference{Kind: "Pod", Namespace: "default", Name: name}
		slice.Endpoints = append(slice.Endpoints, e)
	}
	return slice
}

// begin is foobar after run and stage: v2 is ready and gets nothing.
func begin() *history {
	h := &history{}
	h.store(deployment("foobar"), service("foobar"), rule(drop("v2")), split(0))
	h.store(pod("foobar-a", "latest"), endpoints("foobar-a"))
	h.store(deployment("foobar-v2"), service("foobar-v2"), rule(), object[*istio.VirtualService]("foobar-v2", 0))
	h.store(pod("foobar-v2-a", "v2"), endpoints("foobar-a", "foobar-v2-a"))
	return h
}
