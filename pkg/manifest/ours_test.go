package manifest_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

const infra = "infra/internal"

// lists are what somebody edits of a main VirtualService with one port: the gateways of our routes, and
// the routes.
func lists(vs *istio.VirtualService, gateways func([]string) []string, before, behind bool) {
	vs.Spec.Gateways = gateways(vs.Spec.Gateways)
	for _, h := range vs.Spec.Http {
		for _, m := range h.Match {
			m.Gateways = gateways(m.Gateways)
		}
	}
	for _, t := range vs.Spec.Tcp {
		t.Match[0].Gateways = gateways(t.Match[0].Gateways)
	}
	for _, t := range vs.Spec.Tls {
		t.Match[0].Gateways = gateways(t.Match[0].Gateways)
	}
	vs.Spec.Http = besides(vs.Spec.Http, before, behind, func(h *networking.HTTPRoute) *networking.HTTPRoute {
		return &networking.HTTPRoute{Match: []*networking.HTTPMatchRequest{{Gateways: []string{infra}, Port: h.Match[0].Port}},
			Route: []*networking.HTTPRouteDestination{{Destination: &networking.Destination{Host: "foobar", Subset: "latest"}}}}
	})
	vs.Spec.Tcp = besides(vs.Spec.Tcp, before, behind, func(t *networking.TCPRoute) *networking.TCPRoute {
		return &networking.TCPRoute{Match: []*networking.L4MatchAttributes{{Gateways: []string{infra}, Port: t.Match[0].Port}},
			Route: []*networking.RouteDestination{{Destination: &networking.Destination{Host: "foobar", Subset: "latest"}}}}
	})
	vs.Spec.Tls = besides(vs.Spec.Tls, before, behind, func(t *networking.TLSRoute) *networking.TLSRoute {
		return &networking.TLSRoute{Match: []*networking.TLSMatchAttributes{{Gateways: []string{infra}, Port: t.Match[0].Port, SniHosts: t.Match[0].SniHosts}},
			Route: []*networking.RouteDestination{{Destination: &networking.Destination{Host: "foobar", Subset: "latest"}}}}
	})
	if before || behind {
		vs.Spec.Gateways = append(vs.Spec.Gateways, infra)
	}
}

func besides[R any](routes []R, before, behind bool, their func(R) R) []R {
	if len(routes) == 0 {
		return nil
	}
	theirs := their(routes[0])
	if before {
		return append([]R{theirs}, routes...)
	}
	if behind {
		return append(slices.Clone(routes), theirs)
	}
	return routes
}

// Somebody serves the service on a second gateway, too: it stays on both, whatever is weighted, and their
// own routes are not taken for ours.
func TestASecondGatewayStays(t *testing.T) {
	same := func(g []string) []string { return g }
	edits := map[string]func(*istio.VirtualService){
		"nothing": func(*istio.VirtualService) {},
		"behind ours": func(vs *istio.VirtualService) {
			lists(vs, func(g []string) []string { return append(slices.Clone(g), infra) }, false, false)
		},
		"before ours": func(vs *istio.VirtualService) {
			lists(vs, func(g []string) []string { return append([]string{infra}, g...) }, false, false)
		},
		"own route behind": func(vs *istio.VirtualService) { lists(vs, same, false, true) },
		"own route before": func(vs *istio.VirtualService) { lists(vs, same, true, false) },
	}
	for protocol, port := range map[string]rio.Port{
		"http": {Number: 80, Protocol: "http", Publish: true}, "https": {Number: 443, Protocol: "https", Publish: true},
		"tcp": {Number: 5432, Protocol: "tcp", Publish: true, AtGateway: true},
	} {
		for sentence, edit := range edits {
			for _, gateway := range []string{rio.DefaultGateway, "edge/gateway"} {
				if gateway != rio.DefaultGateway && sentence == "before ours" {
					continue // nothing says which of them is which
				}
				t.Run(protocol+" "+sentence+" on "+gateway, func(t *testing.T) {
					s := canary(30)
					s.Ports, s.Gateway = []rio.Port{port}, gateway
					s.Revisions[1].Match = []rio.Match{{Kind: rio.MatchHeader, Name: "x", Value: "1"}}
					if s.TLS = protocol == "http"; !s.TLS {
						s.Revisions[1].Match = nil
					}
					objects := manifest.Render(s)
					var live *istio.VirtualService
					for _, o := range objects {
						if vs, ok := o.(*istio.VirtualService); ok && vs.Name == s.Name {
							edit(vs)
							live = vs
						}
					}
					got := manifest.Parse(objects)[0]
					if diff := cmp.Diff(s.Ports, got.Ports); diff != "" || got.Gateway != gateway || got.Revisions[1].Weight != 30 {
						t.Errorf("on gateway %s, v2 with %d%%\n%s", got.Gateway, got.Revisions[1].Weight, diff)
					}
					s.Revisions[0].Weight, s.Revisions[1].Weight = 50, 50
					rendered, _ := routesOf(t, s)
					want := rendered.DeepCopy()
					edit(want)
					once := manifest.Merge(live, rendered).(*istio.VirtualService)
					if diff := cmp.Diff(inOrder(want), inOrder(once), protocmp.Transform()); diff != "" {
						t.Error(diff)
					}
					if diff := cmp.Diff(once, manifest.Merge(once, rendered), protocmp.Transform()); diff != "" {
						t.Errorf("merged again: %s", diff)
					}
					for _, s := range manifest.Splits(once) {
						if s.Behind {
							t.Error("a route of another gateway is said to take every request before ours")
						}
					}
				})
			}
		}
	}
}

// inOrder has its gateways sorted: ours are written first.
func inOrder(vs *istio.VirtualService) *istio.VirtualService {
	vs = vs.DeepCopy()
	lists(vs, func(g []string) []string { return slices.Sorted(slices.Values(g)) }, false, false)
	return vs
}

// What kubectl rio takes off its gateway goes, and what somebody put it on stays.
func TestTheOwnGatewayGoes(t *testing.T) {
	live, _ := routesOf(t, canary(30))
	lists(live, func(g []string) []string { return append(slices.Clone(g), infra) }, false, false)
	s := canary(30)
	s.Ports[0].Publish = false
	rendered, _ := routesOf(t, s)
	got := manifest.Merge(live, rendered).(*istio.VirtualService)
	if diff := cmp.Diff([]string{"mesh", infra}, got.Spec.Http[0].Match[0].Gateways); diff != "" {
		t.Error(diff)
	}
}

// Where somebody took the mesh out of our route, or all gateways, it is ours all the same.
func TestARouteOfOursWithoutTheMesh(t *testing.T) {
	for _, left := range [][]string{{"rio-system/rio-gateway"}, nil} {
		live, _ := routesOf(t, canary(0))
		live.Spec.Http[0].Match[0].Gateways = left
		rendered, _ := routesOf(t, canary(30))
		if diff := cmp.Diff(rendered, manifest.Merge(live, rendered), protocmp.Transform()); diff != "" {
			t.Error(diff)
		}
	}
}
