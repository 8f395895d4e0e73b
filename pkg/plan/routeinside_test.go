package plan_test

import (
	"testing"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// A route for callers inside the mesh is on no gateway, so its port need not be open there.
func TestAPortInsideTheMeshIsOnNoGateway(t *testing.T) {
	web := rio.Service{Namespace: "shop", Name: "web", Ports: []rio.Port{{Number: 80, Protocol: "http"}}, Revisions: []rio.Revision{{Name: rio.Latest, Weight: 100}}}
	set := func(m rio.RouteMatch) rio.RouteSet {
		return rio.RouteSet{Namespace: "shop", Name: "inner", Routes: []rio.Route{{Matches: []rio.RouteMatch{m}, To: []rio.RouteTarget{{Service: "web"}}}}}
	}
	if _, err := plan.Route(set(rio.RouteMatch{Port: 9000, From: &rio.RouteSource{Service: "job"}}), []rio.Service{web}, openAt); err != nil {
		t.Error(err)
	}
	_, err := plan.Route(set(rio.RouteMatch{Port: 9000}), []rio.Service{web}, openAt)
	wantError(t, "port 9000/http is not open on gateway rio-system/rio-gateway (open are 80/http); publish on one of them, or open it: kubectl rio install --port 80/http --port 9000/http", err)
}
