package manifest

import (
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Merge gives the object that is written over a live one: what was rendered, and in the
// lists that server-side apply replaces as a whole, what others have put into them. So
// somebody's retries, timeout or headers on our route, routes of their own beside it, hosts
// and subsets outlive every weight.
//
// Ours in a VirtualService are the routes that match the mesh or the service's own gateway, and a port,
// and nothing else; they keep their place, and the further gateways that somebody gave them. In a DestinationRule it is the subsets that go by the revision's
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
	next.Spec.Gateways = also(next.Spec.Gateways, live.Spec.Gateways)
	if IsRouteSet(next) { // all of its routes have names; others' come first, as they were put there to count
		theirs := slices.DeleteFunc(slices.Clone(live.Spec.Http), isRoute)
		next.Spec.Http = append(theirs, next.Spec.Http...)
		return next
	}
	own := oursIn(live)
	own.keepGateways(live, next)
	named := slices.DeleteFunc(slices.Clone(next.Spec.Http), func(r *networking.HTTPRoute) bool { return !isNamed(r) })
	for i, n := range named { // they are part of the split: what somebody set on it holds for them
		for _, l := range live.Spec.Http {
			if port, main := own.http(l); main && port == n.Match[0].Port {
				kept := l.DeepCopy()
				kept.Name, kept.Match, kept.Route = n.Name, n.Match, mergeDestinations(l.Route, n.Route)
				named[i] = kept
			}
		}
	}
	unnamed := func(routes []*networking.HTTPRoute) []*networking.HTTPRoute {
		return slices.DeleteFunc(slices.Clone(routes), isNamed)
	}
	next.Spec.Http = mergeRoutes(unnamed(live.Spec.Http), unnamed(next.Spec.Http), own.http, func(kept, ours *networking.HTTPRoute) *networking.HTTPRoute {
		kept = kept.DeepCopy()
		kept.Match, kept.Route = ours.Match, mergeDestinations(kept.Route, ours.Route)
		return kept
	})
	if i := slices.IndexFunc(next.Spec.Http, func(r *networking.HTTPRoute) bool { _, main := own.http(r); return main }); i >= 0 {
		next.Spec.Http = slices.Insert(next.Spec.Http, i, named...)
	}
	next.Spec.Tcp = mergeRoutes(live.Spec.Tcp, next.Spec.Tcp, own.tcp, func(_, ours *networking.TCPRoute) *networking.TCPRoute { return ours })
	next.Spec.Tls = mergeRoutes(live.Spec.Tls, next.Spec.Tls, own.tls, func(_, ours *networking.TLSRoute) *networking.TLSRoute { return ours })
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
