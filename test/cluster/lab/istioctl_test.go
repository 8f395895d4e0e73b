package lab

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/test/invariant"
)

func istioRule(namespace string, subsets ...string) *istio.DestinationRule {
	dr := &istio.DestinationRule{
		TypeMeta:   metav1.TypeMeta{APIVersion: "networking.istio.io/v1", Kind: "DestinationRule"},
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "foobar", ResourceVersion: "not a part of what it says"},
		Spec:       networking.DestinationRule{Host: "foobar"},
	}
	for _, s := range subsets {
		dr.Spec.Subsets = append(dr.Spec.Subsets, &networking.Subset{Name: s, Labels: map[string]string{"revision": s}})
	}
	return dr
}

func istioRoute(namespace, subset string) *istio.VirtualService {
	to := []*networking.HTTPRouteDestination{{Destination: &networking.Destination{Host: "foobar", Subset: subset}}}
	return &istio.VirtualService{
		TypeMeta:   metav1.TypeMeta{APIVersion: "networking.istio.io/v1", Kind: "VirtualService"},
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "foobar"},
		Spec: networking.VirtualService{
			Hosts: []string{"foobar", "foobar." + namespace + ".example.com"}, Gateways: []string{"mesh", "rio-system/rio-gateway"},
			Http: []*networking.HTTPRoute{{Route: to}},
		},
	}
}

func TestRoutingStates(t *testing.T) {
	events := []invariant.Event{
		{Revision: 9, Object: istioRule("a", "latest")}, // kinds come one after the other
		{Revision: 7, Initial: true, Object: istioRule("a", "latest", "v2")},
		{Revision: 10, Deleted: true, Object: istioRule("a", "latest")},
		{Revision: 8, Object: istioRule("b", "v2")},
		{Revision: 4, Initial: true, Object: istioRoute("a", "latest")},
		{Revision: 6, Object: istioRoute("a", "v2")},
		{Revision: 11, Object: istioRoute("a", "v2")},
		{Revision: 12, Deleted: true, Object: istioRoute("a", "v2")},
	}
	states, err := routing(events)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range states {
		all := yamlStream(s.documents)
		got = append(got, fmt.Sprintf("%d: %d rules, %d routes, v2 %d times", s.version, strings.Count(all, "kind: DestinationRule"), strings.Count(all, "kind: VirtualService"), strings.Count(all, ": v2\n")))
	}
	want := []string{
		"6: 1 rules, 1 routes, v2 3 times",
		"8: 2 rules, 0 routes, v2 4 times", // the rules of all: a route may lead to another namespace
		"9: 2 rules, 1 routes, v2 3 times",
		"10: 1 rules, 1 routes, v2 3 times", // and so at 11
		"12: 1 rules, 0 routes, v2 2 times",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
}

func TestNoIstioctl(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv("RIO_SANDBOX", "")
	if problems, err := Istioctl(t.Context(), Kubectl{}, nil); err != nil || problems != nil {
		t.Errorf("on a cluster of somebody's: got %q, %v", problems, err)
	}
	t.Setenv("RIO_SANDBOX", "1")
	if _, err := Istioctl(t.Context(), Kubectl{}, nil); err == nil {
		t.Error("the sandbox has no istioctl, and that is no error")
	}
}
