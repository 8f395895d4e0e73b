package manifest

import (
	"slices"

	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// virtualService splits the service's requests and connections over its revisions.
// Its lists carry no list type in the CRD, so server-side apply replaces each as a
// whole: it is always rendered whole.
func virtualService(s rio.Service) *istio.VirtualService {
	vs := newVirtualService(s, s.Ref())
	vs.Labels = rio.ServiceLabels(s.Ref())
	vs.Annotations = note(s)
	for _, p := range s.Ports {
		if p.HTTP() {
			vs.Spec.Http = append(vs.Spec.Http, chosenRoutes(s, p)...)
		}
	}
	for _, p := range s.Ports {
		addRoute(vs, s, p, split(s, p))
	}
	if own := oursIn(vs); s.Sticky != "" {
		for _, h := range vs.Spec.Http {
			for _, d := range h.Route {
				if _, main := own.http(h); main && len(h.Route) > 1 {
					d.Headers = stay(s, d.Destination.Subset)
				}
			}
		}
	}
	return vs
}

// revisionVirtualService is a revision's own name and URL, whatever its weight.
func revisionVirtualService(s rio.Service, r rio.Revision) *istio.VirtualService {
	ref := s.Ref().Of(r.Name)
	vs := newVirtualService(s, ref)
	vs.Labels = rio.Labels(ref)
	for _, p := range s.Ports {
		addRoute(vs, s, p, []weighted{{destination(ref.ObjectName(), "", p), 100}})
	}
	return vs
}

func newVirtualService(s rio.Service, ref rio.Ref) *istio.VirtualService {
	vs := &istio.VirtualService{
		TypeMeta:   metav1.TypeMeta{APIVersion: istioVersion, Kind: KindVirtualService},
		ObjectMeta: meta(ref, ref.ObjectName(), nil),
		Spec:       networking.VirtualService{Hosts: []string{ref.ObjectName()}, Gateways: []string{rio.MeshGateway}},
	}
	if host := s.Host(ref.RevisionName()); host != "" {
		vs.Spec.Hosts = append(vs.Spec.Hosts, host)
		vs.Spec.Gateways = append(vs.Spec.Gateways, s.Gateway)
	}
	return vs
}

type weighted struct {
	to     *networking.Destination
	weight int32
}

// split lists the revisions that get a share. One that gets none is left out:
// Istio ignores the weight of a lone destination, so 0 % can only be absence.
func split(s rio.Service, p rio.Port) []weighted {
	var out []weighted
	for _, r := range s.Revisions {
		if r.Weight > 0 {
			out = append(out, weighted{destination(s.Name, r.Name, p), int32(r.Weight)})
		}
	}
	return out
}

func destination(host, subset string, p rio.Port) *networking.Destination {
	return &networking.Destination{Host: host, Subset: subset, Port: &networking.PortSelector{Number: uint32(p.Number)}}
}

func addRoute(vs *istio.VirtualService, s rio.Service, p rio.Port, to []weighted) {
	gateways := gatewaysOf(s, p)
	switch {
	case p.HTTP():
		route := &networking.HTTPRoute{Match: comingIn(s, p, &networking.HTTPMatchRequest{Gateways: gateways, Port: uint32(p.Number)})}
		for _, w := range to {
			route.Route = append(route.Route, &networking.HTTPRouteDestination{Destination: w.to, Weight: w.weight})
		}
		vs.Spec.Http = append(vs.Spec.Http, route)
	case p.Routed():
		var route []*networking.RouteDestination
		for _, w := range to {
			route = append(route, &networking.RouteDestination{Destination: w.to, Weight: w.weight})
		}
		if p.AtGateway && vs.Name != s.Name {
			gateways = []string{rio.MeshGateway} // the gateway's port is that of the whole service
		}
		vs.Spec.Tcp = append(vs.Spec.Tcp, &networking.TCPRoute{Match: []*networking.L4MatchAttributes{{Gateways: gateways, Port: uint32(p.Number)}}, Route: route})
		if p.TLS() && p.OnGateway() && len(vs.Spec.Hosts) > 1 {
			match := &networking.TLSMatchAttributes{SniHosts: vs.Spec.Hosts[1:2], Gateways: []string{s.Gateway}, Port: uint32(p.Number)}
			vs.Spec.Tls = append(vs.Spec.Tls, &networking.TLSRoute{Match: []*networking.TLSMatchAttributes{match}, Route: route})
		}
	}
}

// comingIn is a match, and after it the same for requests that come in over https: the
// gateway takes them on another port.
func comingIn(s rio.Service, p rio.Port, m *networking.HTTPMatchRequest) []*networking.HTTPMatchRequest {
	if !s.OverTLS(p) || !slices.Contains(m.Gateways, s.Gateway) {
		return []*networking.HTTPMatchRequest{m}
	}
	secure := m.DeepCopy()
	secure.Gateways, secure.Port = []string{s.Gateway}, rio.TLSPort
	return []*networking.HTTPMatchRequest{m, secure}
}

// gatewaysOf are those of a port's route for http and tcp. Names of TLS are for a gateway
// only; inside the mesh such a port is one of tcp.
func gatewaysOf(s rio.Service, p rio.Port) []string {
	if p.OnGateway() && !p.TLS() {
		return []string{rio.MeshGateway, s.Gateway}
	}
	return []string{rio.MeshGateway}
}
