package manifest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
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
