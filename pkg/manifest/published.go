package manifest

import (
	"cmp"
	"slices"
	"strings"

	istio "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// parsePublished reads from a main VirtualService, or from a revision's own, which ports are
// published and where.
func parsePublished(s *rio.Service, vs *istio.VirtualService) {
	s.Domain = cmp.Or(domainOf(vs), s.Domain)
	own := oursIn(vs)
	published, tcp, tls := map[uint32]string{}, map[uint32]string{}, map[uint32]string{} // the gateway by port; empty where it is none
	s.TLS = false
	for _, h := range vs.Spec.Http {
		if port, ours := own.http(h); ours {
			published[port] = cmp.Or(published[port], own.at(h.Match[0].Gateways))
			s.TLS = s.TLS || len(h.Match) > 1
		}
	}
	http := 0
	for _, p := range s.Ports {
		if p.HTTP() {
			http++
		}
	}
	for i := range s.Ports {
		p := &s.Ports[i]
		if !p.HTTP() {
			continue
		}
		gateway, routed := published[uint32(p.Number)]
		if !routed && http == 1 && s.Domain != "" { // somebody took the only route out: the host tells
			gateway = outside(vs.Spec.Gateways)
		}
		if p.Publish = gateway != ""; p.Publish {
			s.Gateway = gateway
		}
	}
	for _, t := range vs.Spec.Tcp {
		if port, ours := own.tcp(t); ours {
			tcp[port] = cmp.Or(tcp[port], own.at(t.Match[0].Gateways))
		}
	}
	for _, t := range vs.Spec.Tls {
		if port, ours := own.tls(t); ours {
			tls[port] = cmp.Or(tls[port], own.at(t.Match[0].Gateways))
		}
	}
	for port, gateway := range tcp {
		parseGateway(s, gateway, port, func(p rio.Port) bool { return p.Protocol == "tcp" })
	}
	for port, gateway := range tls {
		parseGateway(s, gateway, port, rio.Port.TLS)
	}
}

// domainOf is the domain of the public host that a VirtualService has, or, where somebody took
// that out of its hosts, of the name of TLS for which it has a route. Ours is the first.
func domainOf(vs *istio.VirtualService) string {
	hosts := slices.Clone(vs.Spec.Hosts)
	for _, t := range vs.Spec.Tls { // of which most have none
		if _, ours := oursIn(vs).tls(t); ours {
			hosts = append(hosts, t.Match[0].SniHosts...)
		}
	}
	for _, host := range hosts {
		domain, ours := strings.CutPrefix(host, vs.Name+"."+vs.Namespace+".")
		if ours && !slices.Contains([]string{"", "svc", "svc.cluster.local"}, domain) { // as it is called in the mesh
			return domain
		}
	}
	return ""
}

// parseGateway reads off a route of connections whether its port is published on a gateway.
func parseGateway(s *rio.Service, gateway string, number uint32, of func(rio.Port) bool) {
	if gateway != "" {
		s.Gateway = gateway
	}
	for j := range s.Ports {
		p := &s.Ports[j]
		if !of(*p) || uint32(p.Number) != number {
			continue
		}
		if p.Protocol == "tcp" { // or on the nodes, says the Service
			p.AtGateway = gateway != ""
			p.Publish = p.Publish || p.AtGateway
			continue
		}
		p.Publish = gateway != ""
	}
}

// GatewayPorts are the ports of a gateway that a service's main VirtualService has for itself:
// connections of tcp do not say whom they are for.
func GatewayPorts(o Object, gateway string) []int32 {
	vs, ok := mainOf(o)
	if !ok {
		return nil
	}
	var ports []int32
	own := oursIn(vs)
	for _, t := range vs.Spec.Tcp {
		if port, ours := own.tcp(t); ours && slices.Contains(t.Match[0].Gateways, gateway) {
			ports = append(ports, int32(port))
		}
	}
	return ports
}
