package manifest

import (
	"slices"

	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// mesh is Istio's word for all sidecars, https://istio.io/latest/docs/reference/config/networking/virtual-service/
const mesh = "mesh"

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
	if s.Sticky != "" {
		for _, h := range vs.Spec.Http {
			for _, d := range h.Route {
				if _, main := httpPort(h); main && len(h.Route) > 1 {
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
		Spec:       networking.VirtualService{Hosts: []string{ref.ObjectName()}, Gateways: []string{mesh}},
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
			gateways = []string{mesh} // the gateway's port is that of the whole service
		}
		vs.Spec.Tcp = append(vs.Spec.Tcp, &networking.TCPRoute{Match: []*networking.L4MatchAttributes{{Gateways: gateways, Port: uint32(p.Number)}}, Route: route})
		if p.TLS() && p.OnGateway() {
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
		return []string{mesh, s.Gateway}
	}
	return []string{mesh}
}

// parseVirtualService reads what only the main VirtualService says: the split, what
// is published where, and whether a promotion is on.
func parseVirtualService(s *rio.Service, vs *istio.VirtualService) {
	parseNote(s, vs.Annotations)
	parsePublished(s, vs)
	weights := shares(vs)
	for i := range s.Revisions {
		s.Revisions[i].Weight = weights[s.Revisions[i].Name]
	}
	// The share of a revision whose workload somebody deleted is latest's: any verb that
	// writes the routes mends them so. Weights of more than all are left for it to refuse.
	_ = s.BalanceLatest()
}

// Routed is the service with the routes that its main VirtualService has, or that one of its
// route sets has; with any other object it is the service as it is.
func Routed(s rio.Service, o Object) rio.Service {
	next := s.Clone()
	if vs, ok := mainOf(o); ok {
		parseVirtualService(&next, vs)
	}
	for _, set := range ParseRoutes([]Object{o}) {
		if i := slices.IndexFunc(next.Routes, func(old rio.RouteSet) bool { return old.Ref() == set.Ref() }); i >= 0 {
			next.Routes[i] = set
		}
	}
	return next
}

// mainOf is the VirtualService that splits a service's traffic.
func mainOf(o Object) (*istio.VirtualService, bool) {
	vs, ok := o.(*istio.VirtualService)
	return vs, ok && vs.Labels[rio.LabelRevision] == "" && !IsRouteSet(o)
}

// Weights are the shares that a service's main VirtualService gives, by revision;
// nil for any other object.
func Weights(o Object) map[string]int {
	vs, ok := mainOf(o)
	if !ok {
		return nil
	}
	return shares(vs)
}

// shares reads our own routes, which all split alike.
func shares(vs *istio.VirtualService) map[string]int {
	weights := map[string]int{}
	for _, h := range vs.Spec.Http {
		if _, ours := httpPort(h); !ours {
			continue
		}
		for _, r := range h.Route {
			weights[r.GetDestination().GetSubset()] = int(r.Weight)
		}
	}
	for _, t := range vs.Spec.Tcp {
		if _, ours := tcpPort(t); !ours {
			continue
		}
		for _, r := range t.Route {
			weights[r.GetDestination().GetSubset()] = int(r.Weight)
		}
	}
	for _, t := range vs.Spec.Tls {
		if _, ours := tlsPort(vs, t); !ours {
			continue
		}
		for _, r := range t.Route {
			weights[r.GetDestination().GetSubset()] = int(r.Weight)
		}
	}
	return weights
}

// Named are the subsets that a VirtualService's routes lead to, others' routes included.
func Named(o Object) []string {
	vs, ok := o.(*istio.VirtualService)
	if !ok {
		return nil
	}
	var names []string
	add := func(d *networking.Destination) {
		if name := d.GetSubset(); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, h := range vs.Spec.Http {
		for _, r := range h.Route {
			add(r.Destination)
		}
		add(h.Mirror)
	}
	for _, t := range vs.Spec.Tcp {
		for _, r := range t.Route {
			add(r.Destination)
		}
	}
	for _, t := range vs.Spec.Tls {
		for _, r := range t.Route {
			add(r.Destination)
		}
	}
	return names
}
