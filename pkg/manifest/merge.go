package manifest

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Merge gives the object that is written over a live one: what was rendered, and in the
// lists that server-side apply replaces as a whole, what others have put into them. So
// somebody's retries, timeout or headers on our route, routes of their own beside it, hosts
// and subsets outlive every weight.
//
// Ours in a VirtualService are the routes that match a gateway and a port and nothing else;
// they keep their place. In a DestinationRule it is the subsets that go by the revision's
// label alone.
func Merge(live, rendered Object) Object {
	if IsWorkload(rendered) {
		return mergeWorkload(live, rendered)
	}
	switch l := live.(type) {
	case *istio.VirtualService:
		if r, ok := rendered.(*istio.VirtualService); ok {
			return mergeVirtualService(l, r.DeepCopy())
		}
	case *istio.DestinationRule:
		if r, ok := rendered.(*istio.DestinationRule); ok {
			return mergeDestinationRule(l, r.DeepCopy())
		}
	}
	return rendered
}

// Widen adds to an object that is cut down to what is ours the lists that Merge looks into,
// as they are live.
func Widen(mine, live Object) {
	switch l := live.(type) {
	case *istio.VirtualService:
		if m, ok := mine.(*istio.VirtualService); ok {
			spec := l.Spec.DeepCopy()
			m.Spec.Hosts, m.Spec.Gateways = spec.Hosts, spec.Gateways
			m.Spec.Http, m.Spec.Tcp, m.Spec.Tls = spec.Http, spec.Tcp, spec.Tls
		}
	case *istio.DestinationRule:
		if m, ok := mine.(*istio.DestinationRule); ok {
			m.Spec.Subsets = l.Spec.DeepCopy().Subsets
		}
	}
}

func mergeVirtualService(live, next *istio.VirtualService) *istio.VirtualService {
	s := rio.Service{Namespace: next.Namespace, Name: next.Name}
	for _, host := range live.Spec.Hosts {
		if host != s.Name && !strings.HasPrefix(host, s.Name+"."+s.Namespace+".") && !slices.Contains(next.Spec.Hosts, host) {
			next.Spec.Hosts = append(next.Spec.Hosts, host)
		}
	}
	for _, g := range live.Spec.Gateways {
		if !slices.Contains(next.Spec.Gateways, g) {
			next.Spec.Gateways = append(next.Spec.Gateways, g)
		}
	}
	if IsRouteSet(next) { // all of its routes have names; others' come first, as they were put there to count
		theirs := slices.DeleteFunc(slices.Clone(live.Spec.Http), isRoute)
		next.Spec.Http = append(theirs, next.Spec.Http...)
		return next
	}
	named := slices.DeleteFunc(slices.Clone(next.Spec.Http), func(r *networking.HTTPRoute) bool { return !isNamed(r) })
	for i, n := range named { // they are part of the split: what somebody set on it holds for them
		for _, l := range live.Spec.Http {
			if port, main := httpPort(l); main && port == n.Match[0].Port {
				kept := l.DeepCopy()
				kept.Name, kept.Match, kept.Route = n.Name, n.Match, mergeDestinations(l.Route, n.Route)
				named[i] = kept
			}
		}
	}
	unnamed := func(routes []*networking.HTTPRoute) []*networking.HTTPRoute {
		return slices.DeleteFunc(slices.Clone(routes), isNamed)
	}
	next.Spec.Http = mergeRoutes(unnamed(live.Spec.Http), unnamed(next.Spec.Http), httpPort, func(kept, ours *networking.HTTPRoute) *networking.HTTPRoute {
		kept = kept.DeepCopy()
		kept.Match, kept.Route = ours.Match, mergeDestinations(kept.Route, ours.Route)
		return kept
	})
	if i := slices.IndexFunc(next.Spec.Http, func(r *networking.HTTPRoute) bool { _, main := httpPort(r); return main }); i >= 0 {
		next.Spec.Http = slices.Insert(next.Spec.Http, i, named...)
	}
	next.Spec.Tcp = mergeRoutes(live.Spec.Tcp, next.Spec.Tcp, tcpPort, func(_, ours *networking.TCPRoute) *networking.TCPRoute { return ours })
	next.Spec.Tls = mergeRoutes(live.Spec.Tls, next.Spec.Tls, func(r *networking.TLSRoute) (uint32, bool) { return tlsPort(next, r) },
		func(_, ours *networking.TLSRoute) *networking.TLSRoute { return ours })
	return next
}

// mergeRoutes puts our routes where they are in a live list, and others' beside them. One
// that is not there yet goes to the end: it matches everything.
func mergeRoutes[R any](live, rendered []R, port func(R) (uint32, bool), onto func(kept, ours R) R) []R {
	pending := map[uint32]R{}
	for _, r := range rendered {
		n, _ := port(r)
		pending[n] = r
	}
	var out []R
	for _, r := range live {
		n, isOurs := port(r)
		if !isOurs {
			out = append(out, r)
			continue
		}
		if next, ok := pending[n]; ok {
			out = append(out, onto(r, next))
			delete(pending, n)
		}
	}
	for _, r := range rendered {
		n, _ := port(r)
		if _, missing := pending[n]; missing {
			out = append(out, r)
		}
	}
	return out
}

// mergeDestinations keeps what somebody set for one revision, as headers.
func mergeDestinations(live, rendered []*networking.HTTPRouteDestination) []*networking.HTTPRouteDestination {
	for _, r := range rendered {
		for _, l := range live {
			if l.GetDestination().GetSubset() == r.Destination.Subset && l.GetDestination().GetHost() == r.Destination.Host {
				r.Headers = mergeHeaders(l.Headers, r.Headers)
			}
		}
	}
	return rendered
}

// httpPort is the port of a route of ours; others match on more than gateway and port.
// A second match is for what comes in over https.
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

// tlsPort is the port of a route of ours: for the public host of its VirtualService and no
// other name.
func tlsPort(vs *istio.VirtualService, r *networking.TLSRoute) (uint32, bool) {
	if len(r.GetMatch()) != 1 || len(r.Match[0].GetSniHosts()) != 1 {
		return 0, false
	}
	m := r.Match[0]
	plain := &networking.TLSMatchAttributes{SniHosts: m.SniHosts, Gateways: m.Gateways, Port: m.Port}
	return m.Port, m.Port != 0 && proto.Equal(m, plain) && strings.HasPrefix(m.SniHosts[0], vs.Name+"."+vs.Namespace+".")
}

func mergeDestinationRule(live, next *istio.DestinationRule) *istio.DestinationRule {
	rendered := map[string]int{}
	for i, s := range next.Spec.Subsets {
		rendered[s.Name] = i
	}
	for _, s := range live.Spec.Subsets {
		i, isRendered := rendered[s.Name]
		own := len(s.Labels) == 1 && s.Labels[rio.LabelRevision] == s.Name
		switch {
		case isRendered:
			next.Spec.Subsets[i].TrafficPolicy = s.TrafficPolicy
		case !own:
			next.Spec.Subsets = append(next.Spec.Subsets, s)
		}
	}
	return next
}
