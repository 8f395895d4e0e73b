package manifest

import (
	"cmp"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// ours tells the routes of a VirtualService that are ours from those of others: they match a port, on the
// mesh or on the service's own gateway, and nothing else.
type ours struct {
	host    string // as its public host begins
	gateway string // on which it is published; empty where it is not
}

// oursIn finds the gateway among all that somebody may have added: our routes lead there. Of several it is
// the chart's, else the first of the VirtualService. Where no route of ours is left, its gateways tell alone.
func oursIn(vs *istio.VirtualService) ours {
	var led []string
	inMesh := false
	look := func(gateways []string) {
		if slices.Contains(gateways, rio.MeshGateway) {
			inMesh, led = true, append(led, gateways...)
		}
	}
	for _, h := range vs.Spec.Http {
		if _, plain := httpPort(h); plain {
			look(h.Match[0].Gateways)
		}
	}
	for _, t := range vs.Spec.Tcp {
		if _, plain := tcpPort(t); plain {
			look(t.Match[0].Gateways)
		}
	}
	o := ours{host: vs.Name + "." + vs.Namespace + "."}
	for _, t := range vs.Spec.Tls { // names of TLS are never the mesh's
		if _, plain := o.tlsPort(t); plain {
			led = append(led, t.Match[0].Gateways...)
		}
	}
	if !inMesh && outside(led) == "" {
		led = vs.Spec.Gateways
	}
	inOrder := slices.DeleteFunc(slices.Clone(vs.Spec.Gateways), func(g string) bool { return !slices.Contains(led, g) })
	o.gateway = cmp.Or(outside(inOrder), outside(led))
	return o
}

// outside is the gateway of a list that is not the mesh: the chart's, else the first.
func outside(gateways []string) string {
	if slices.Contains(gateways, rio.DefaultGateway) {
		return rio.DefaultGateway
	}
	if i := slices.IndexFunc(gateways, func(g string) bool { return g != rio.MeshGateway }); i >= 0 {
		return gateways[i]
	}
	return ""
}

// reaches reports whether a match with these gateways takes what our routes take: none are all.
func (o ours) reaches(gateways []string) bool {
	return len(gateways) == 0 || slices.Contains(gateways, rio.MeshGateway) || o.at(gateways) != ""
}

// at is our gateway where it is one of these.
func (o ours) at(gateways []string) string {
	if slices.Contains(gateways, o.gateway) {
		return o.gateway
	}
	return ""
}

// http is the port of a route of ours.
func (o ours) http(r *networking.HTTPRoute) (uint32, bool) {
	port, plain := httpPort(r)
	return port, plain && o.reaches(r.Match[0].Gateways)
}

func (o ours) tcp(r *networking.TCPRoute) (uint32, bool) {
	port, plain := tcpPort(r)
	return port, plain && o.reaches(r.Match[0].Gateways)
}

func (o ours) tls(r *networking.TLSRoute) (uint32, bool) {
	port, plain := o.tlsPort(r)
	return port, plain && o.reaches(r.Match[0].Gateways)
}

// keepGateways gives what was rendered the further gateways that somebody gave our routes, by port.
func (o ours) keepGateways(live, next *istio.VirtualService) {
	further := func(gateways []string) []string {
		if len(gateways) == 0 {
			gateways = live.Spec.Gateways
		}
		return slices.DeleteFunc(slices.Clone(gateways), func(g string) bool { return g == rio.MeshGateway || g == o.gateway })
	}
	http, tcp, tls := map[uint32][]string{}, map[uint32][]string{}, map[uint32][]string{}
	for _, h := range live.Spec.Http {
		if _, main := o.http(h); main {
			for _, m := range h.Match {
				http[m.Port] = further(m.Gateways)
			}
		}
	}
	for _, t := range live.Spec.Tcp {
		if port, main := o.tcp(t); main {
			tcp[port] = further(t.Match[0].Gateways)
		}
	}
	for _, t := range live.Spec.Tls {
		if port, main := o.tls(t); main {
			tls[port] = further(t.Match[0].Gateways)
		}
	}
	for _, h := range next.Spec.Http { // those of chosen requests, too: they are part of the split
		for _, m := range h.Match {
			m.Gateways = also(m.Gateways, http[m.Port])
		}
	}
	for _, t := range next.Spec.Tcp {
		t.Match[0].Gateways = also(t.Match[0].Gateways, tcp[t.Match[0].Port])
	}
	for _, t := range next.Spec.Tls {
		t.Match[0].Gateways = also(t.Match[0].Gateways, tls[t.Match[0].Port])
	}
}

// also are the gateways of a list, and behind them those of another that it lacks.
func also(gateways, more []string) []string {
	return append(gateways, slices.DeleteFunc(slices.Clone(more), func(g string) bool { return slices.Contains(gateways, g) })...)
}

// httpPort is the port of a route that matches nothing but gateway and port. A second match is for what
// comes in over https.
func httpPort(r *networking.HTTPRoute) (uint32, bool) {
	if n := len(r.GetMatch()); n == 0 || n > 2 || n == 2 && r.Match[1].Port != rio.TLSPort {
		return 0, false
	}
	for _, m := range r.Match {
		if m.Port == 0 || !proto.Equal(m, &networking.HTTPMatchRequest{Gateways: m.Gateways, Port: m.Port}) {
			return 0, false
		}
	}
	return r.Match[0].Port, true
}

func tcpPort(r *networking.TCPRoute) (uint32, bool) {
	if len(r.GetMatch()) != 1 {
		return 0, false
	}
	m := r.Match[0]
	plain := &networking.L4MatchAttributes{Gateways: m.Gateways, Port: m.Port}
	return m.Port, m.Port != 0 && proto.Equal(m, plain)
}

// tlsPort is the port of a route for the public host and no other name.
func (o ours) tlsPort(r *networking.TLSRoute) (uint32, bool) {
	if len(r.GetMatch()) != 1 || len(r.Match[0].GetSniHosts()) != 1 {
		return 0, false
	}
	m := r.Match[0]
	plain := &networking.TLSMatchAttributes{SniHosts: m.SniHosts, Gateways: m.Gateways, Port: m.Port}
	return m.Port, m.Port != 0 && proto.Equal(m, plain) && strings.HasPrefix(m.SniHosts[0], o.host)
}
