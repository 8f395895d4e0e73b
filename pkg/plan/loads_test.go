package plan_test

import (
	"testing"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// A route that goes over to latest is more for it, also where others lead there already: it is to
// be ready, and the change is written before pods of the other revision are replaced.
func TestARouteMoreIsMoreForARevision(t *testing.T) {
	set := func(beta string) manifest.Object {
		to := func(path, revision string) rio.Route {
			return rio.Route{Matches: []rio.RouteMatch{{Path: &rio.Pattern{Exact: path}}}, To: []rio.RouteTarget{{Service: "web", Revision: revision}}}
		}
		for _, o := range manifest.RenderRoutes(rio.RouteSet{Namespace: "shop", Name: "www", Routes: []rio.Route{to("/", rio.Latest), to("/beta", beta)}}) {
			if manifest.Kind(o) == manifest.KindVirtualService {
				return o
			}
		}
		t.Fatal("no routes")
		return nil
	}
	change := plan.Change{Op: plan.Update, Before: set("v2"), After: set(rio.Latest)}
	if got := change.Raised(); len(got) != 1 || !got[0].IsLatest() {
		t.Errorf("raised %v, want latest", got)
	}
}
