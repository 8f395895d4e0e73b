package manifest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	networking "istio.io/api/networking/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
)

// Who leads everything to one revision by hand need not give it a weight: Istio asks for none.
func TestALoneDestinationHasAll(t *testing.T) {
	lone := &networking.Destination{Host: "foobar", Subset: "v2"}
	for sentence, edit := range map[string]func(*networking.VirtualService){
		"http": func(vs *networking.VirtualService) {
			vs.Http[0].Route = []*networking.HTTPRouteDestination{{Destination: lone}}
		},
		"tcp": func(vs *networking.VirtualService) {
			vs.Http = nil
			vs.Tcp = []*networking.TCPRoute{{Match: []*networking.L4MatchAttributes{{Port: 80}}, Route: []*networking.RouteDestination{{Destination: lone}}}}
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			vs := mainRoute(t, foobar())
			edit(&vs.Spec)
			if diff := cmp.Diff(map[string]int{"v2": 100}, manifest.Routed(foobar(), vs).Shares()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
