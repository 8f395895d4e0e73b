package cluster

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// A wait for proxies that do not come to serve what was written ends soon where somebody else has
// written something else since, or removed it.
func TestAWaitEndsWithWhatItWaitsFor(t *testing.T) {
	const path = "GET /apis/networking.istio.io/v1/namespaces/default/virtualservices/"
	s := foobar()
	other := s.Clone()
	other.Revisions[0].Weight = 70
	other.Put(rio.Revision{Name: "v2", Kind: "Deployment", Weight: 30})
	to := []rio.RouteTarget{{Service: "foobar"}}
	routed := func(matches ...rio.RouteMatch) rio.RouteSet {
		set := rio.RouteSet{Namespace: "default", Name: "www", Domain: "example.com", Gateway: s.Gateway}
		for _, m := range matches {
			set.Routes = append(set.Routes, rio.Route{To: to, Matches: []rio.RouteMatch{m}})
		}
		return set
	}
	plain, port := rio.RouteMatch{}, rio.RouteMatch{Port: 8080}
	caller := rio.RouteMatch{From: &rio.RouteSource{Service: "caller"}}
	is := func(objects []manifest.Object) answer {
		i := slices.IndexFunc(objects, func(o manifest.Object) bool {
			return manifest.Kind(o) == manifest.KindVirtualService && o.GetLabels()[rio.LabelRevision] == ""
		})
		return answer{http.StatusOK, stored(t, objects[i], func(map[string]any) {})}
	}
	mainOf := func(s rio.Service) answer { return is(manifest.Render(s)) }
	routesOf := func(set rio.RouteSet) answer { return is(manifest.RenderRoutes(set)) }
	gone := answer{http.StatusNotFound, status(404, metav1.StatusReasonNotFound, "not found", nil)}
	split := func(c *Client, ctx context.Context) error { _, err := c.ConfirmSplit(ctx, s); return err }
	mesh := func(c *Client, ctx context.Context) error { _, err := c.ConfirmMesh(ctx, s); return err }
	routes := func(set rio.RouteSet, sidecars bool) func(*Client, context.Context) error {
		return func(c *Client, ctx context.Context) error {
			ask := c.ConfirmRoutes
			if sidecars {
				ask = c.ConfirmRoutesMesh
			}
			_, err := ask(ctx, set)
			return err
		}
	}
	for sentence, tc := range map[string]struct {
		wait   func(*Client, context.Context) error
		stored answer
		ends   bool
	}{
		"gateways, and it is as written":       {split, mainOf(s), false},
		"gateways, and it is another split":    {split, mainOf(other), true},
		"gateways, and it is gone":             {split, gone, true},
		"sidecars, and it is as written":       {mesh, mainOf(s), false},
		"sidecars, and it is another split":    {mesh, mainOf(other), true},
		"routes, and they are as written":      {routes(routed(port, plain), false), routesOf(routed(port, plain)), false},
		"routes, and that of a port is gone":   {routes(routed(port, plain), false), routesOf(routed(plain)), true},
		"routes of a port, and they are gone":  {routes(routed(port), false), gone, true},
		"sidecars, and routes are as written":  {routes(routed(caller, plain), true), routesOf(routed(caller, plain)), false},
		"sidecars, and a caller's was added":   {routes(routed(plain), true), routesOf(routed(caller, plain)), true},
		"sidecars, and another route was, too": {routes(routed(plain), true), routesOf(routed(rio.RouteMatch{Method: &rio.Pattern{Exact: "POST"}}, plain)), true},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			pods := answer{http.StatusOK, listOf("v1", "Pod", troubled("proxy", true, running))} // which cannot be asked for now
			c, _ := with(t, map[string]answer{path + "foobar": tc.stored, path + "www": tc.stored,
				"GET /api/v1/namespaces/rio-system/pods": pods, "GET /api/v1/pods": pods})
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			if err := tc.wait(c, ctx); errors.Is(err, ErrOvertaken) != tc.ends || !tc.ends && !errors.Is(err, ErrNotReady) {
				t.Errorf("it ends with %v", err)
			}
		})
	}
}
