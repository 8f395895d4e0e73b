package manifest

import (
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

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
	next.Unhosted = slices.DeleteFunc(next.Unhosted, func(revision string) bool { return has(o, next.Host(revision)) })
	for _, set := range ParseRoutes([]Object{o}) {
		if i := slices.IndexFunc(next.Routes, func(old rio.RouteSet) bool { return old.Ref() == set.Ref() }); i >= 0 {
			next.Routes[i] = set
		}
	}
	return next
}

// Unhosted are the revisions whose public host none of the objects has.
func Unhosted(s rio.Service, objects []Object) []string {
	var names []string
	for _, r := range s.Revisions {
		host := s.Host(r.Name)
		if host != "" && !slices.ContainsFunc(objects, func(o Object) bool { return has(o, host) }) {
			names = append(names, r.Name)
		}
	}
	return names
}

func has(o Object, host string) bool {
	vs, ok := o.(*istio.VirtualService)
	return ok && slices.Contains(vs.Spec.Hosts, host)
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
	for _, d := range destinations(vs) {
		if d.ours {
			weights[d.to.GetSubset()] = d.share
		}
	}
	return weights
}

// Named are the subsets of a service that a VirtualService's routes lead to, others' routes included.
func Named(o Object, ref rio.Ref) []string {
	vs, ok := o.(*istio.VirtualService)
	if !ok {
		return nil
	}
	var names []string
	long := ref.Service + "." + ref.Namespace
	for _, d := range destinations(vs) {
		name, host := d.to.GetSubset(), d.to.GetHost()
		here := host == ref.Service || host == long || strings.HasPrefix(host+".", long+".svc.") // whatever the cluster's domain
		if name != "" && here && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// routedTo is a destination of a route, of whatever protocol.
type routedTo struct {
	to    *networking.Destination
	share int
	ours  bool // it is the share of a route of ours, and no mirror
}

func destinations(vs *istio.VirtualService) []routedTo {
	var all []routedTo
	own := oursIn(vs)
	for _, h := range vs.Spec.Http {
		_, ours := own.http(h)
		for _, d := range h.Route {
			all = append(all, routedTo{d.Destination, shareOf(d.Weight, len(h.Route)), ours})
		}
		all = append(all, routedTo{to: h.Mirror})
	}
	for _, t := range vs.Spec.Tcp {
		_, ours := own.tcp(t)
		for _, d := range t.Route {
			all = append(all, routedTo{d.Destination, shareOf(d.Weight, len(t.Route)), ours})
		}
	}
	for _, t := range vs.Spec.Tls {
		_, ours := own.tls(t)
		for _, d := range t.Route {
			all = append(all, routedTo{d.Destination, shareOf(d.Weight, len(t.Route)), ours})
		}
	}
	return all
}
