package manifest_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// As a service, a route set is called in the mesh by more names than are in its hosts.
func TestNoNameInTheMeshIsADomain(t *testing.T) {
	set := rio.RouteSet{Namespace: "default", Name: "www", Routes: []rio.Route{{To: []rio.RouteTarget{{Service: "foobar"}}}}}
	objects := manifest.RenderRoutes(set)
	for _, o := range objects {
		if vs, ok := o.(*istio.VirtualService); ok {
			vs.Spec.Hosts = append(vs.Spec.Hosts, "www.default.svc.cluster.local")
		}
	}
	if diff := cmp.Diff([]rio.RouteSet{set}, manifest.ParseRoutes(objects)); diff != "" {
		t.Error(diff)
	}
}

// Istio takes a name with a dot as it is: a service of another stack is called by its whole name, with
// the cluster's own domain.
func TestServicesOfOtherStacksAreCalledByTheClustersDomain(t *testing.T) {
	to := rio.RouteTarget{Service: "api", Stack: "shop", Resolved: rio.Resolved{Split: map[string]int{rio.Latest: 100}, HTTP: 80}}
	for domain, want := range map[string]string{"": "api.shop.svc.cluster.local", "corp.example": "api.shop.svc.corp.example"} {
		for what, r := range map[string]rio.Route{"leads": {To: []rio.RouteTarget{to}}, "copies": {Mirror: &to, To: []rio.RouteTarget{{Service: "foobar", Resolved: to.Resolved}}}} {
			set := rio.RouteSet{Namespace: "default", Name: "www", Cluster: domain, Routes: []rio.Route{r}}
			objects := manifest.RenderRoutes(set)
			for _, o := range objects {
				vs, ok := o.(*istio.VirtualService)
				if !ok {
					continue
				}
				if got := append(vs.Spec.Http[0].Route, &networking.HTTPRouteDestination{Destination: vs.Spec.Http[0].Mirror}); !slices.ContainsFunc(got, func(d *networking.HTTPRouteDestination) bool {
					return d.Destination.GetHost() == want
				}) {
					t.Errorf("%s in %q: %v", what, domain, got)
				}
			}
			if diff := cmp.Diff([]rio.RouteSet{set}, manifest.ParseRoutes(objects)); diff != "" {
				t.Errorf("%s in %q: %s", what, domain, diff)
			}
		}
	}
}
