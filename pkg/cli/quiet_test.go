package cli

import (
	"bytes"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// A new route to a revision that latest stands in for leads to latest, which is said.
func TestARouteToAQuietRevision(t *testing.T) {
	web := rio.Service{Namespace: "shop", Name: "web", Quiet: rio.Quiet{"v2": 20, "v3": 0}, Revisions: []rio.Revision{{Name: rio.Latest, Weight: 100}, {Name: "v2"}, {Name: "v3"}}}
	set := rio.RouteSet{Namespace: "shop", Name: "www", Routes: []rio.Route{{To: []rio.RouteTarget{{Service: "web", Revision: "v2"}}}}}
	var screen bytes.Buffer
	m := newMutation(NewOptions(genericiooptions.IOStreams{ErrOut: &screen}))
	m.tellRoutes(routesPlan{after: set, services: []rio.Service{web}})
	if want := "v2         latest gets its requests; give them back when its pods are ready: kubectl rio weight -n shop web:v2=20%\n"; screen.String() != want {
		t.Errorf("got %q, want %q", screen.String(), want)
	}
}
