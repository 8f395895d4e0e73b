package plan_test

import (
	"testing"

	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
)

// A route of somebody else's in a service's VirtualService may lead to another service, whose subsets
// have names of their own: it stands in nobody's way, and nothing is wrong with it.
func TestRoutesToSubsetsOfAnotherService(t *testing.T) {
	for host, here := range map[string]bool{
		"foobar": true, "foobar.shop": true, "foobar.shop.svc": true, "foobar.shop.svc.cluster.local": true, "foobar.shop.svc.example.org": true,
		"api": false, "foobar.other.svc.cluster.local": false, "foobar.shop.example.org": false, "foobar-shop.shop": false,
	} {
		t.Run(host, func(t *testing.T) {
			p, rendered := way(), manifest.Render(way().Service)
			theirs := &networking.HTTPRoute{Match: []*networking.HTTPMatchRequest{{Uri: prefix("/api")}}}
			for _, subset := range []string{"v2", "canary"} {
				theirs.Route = append(theirs.Route, &networking.HTTPRouteDestination{Destination: &networking.Destination{Host: host, Subset: subset}, Weight: 50})
			}
			for _, o := range rendered {
				if vs, ok := o.(*istio.VirtualService); ok && vs.Name == "foobar" {
					vs.Spec.Http = append([]*networking.HTTPRoute{theirs}, vs.Spec.Http...)
				}
			}
			edited(func(vs *networking.VirtualService) { vs.Http = append([]*networking.HTTPRoute{theirs}, vs.Http...) })(p)
			if broken := found(t, plan.Why(*p)); (len(broken) > 0) != here {
				t.Errorf("why finds %q", broken)
			}
			left := p.Service.Clone()
			left.Drop("v2")
			if err := left.BalanceLatest(); err != nil {
				t.Fatal(err)
			}
			if err := plan.Orphans(plan.Diff(rendered, left), rendered, left); (err != nil) != here {
				t.Errorf("it may not be removed: %v", err)
			}
		})
	}
}
