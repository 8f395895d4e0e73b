package invariant

import (
	"fmt"
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
)

// route is one http, tls or tcp route of a VirtualService, ours or one that a user added.
type route struct {
	name    string // where it is: http[0]
	match   string // what it is for; by that it is found again in another version
	to      []share
	mirrors []share // get copies, which no caller waits for
}

// share is what a destination of a route gets.
type share struct {
	host, subset string
	weight       int32 // as written
}

// percent is what Istio makes of a weight: a lone destination gets all, whatever its weight.
func (r route) percent(s share) int32 {
	if len(r.to) == 1 {
		return 100
	}
	return s.weight
}

func routes(vs *istio.VirtualService) []route {
	var all []route
	for i, h := range vs.Spec.Http {
		r := route{name: fmt.Sprintf("http[%d]", i), match: fmt.Sprint("http", h.Match), to: shares(vs.Namespace, h.Route)}
		if h.Mirror != nil {
			r.mirrors = append(r.mirrors, shareOf(vs.Namespace, h.Mirror, 0))
		}
		for _, m := range h.Mirrors {
			r.mirrors = append(r.mirrors, shareOf(vs.Namespace, m.Destination, 0))
		}
		all = append(all, r)
	}
	for i, t := range vs.Spec.Tls {
		all = append(all, route{name: fmt.Sprintf("tls[%d]", i), match: fmt.Sprint("tls", t.Match), to: shares(vs.Namespace, t.Route)})
	}
	for i, t := range vs.Spec.Tcp {
		all = append(all, route{name: fmt.Sprintf("tcp[%d]", i), match: fmt.Sprint("tcp", t.Match), to: shares(vs.Namespace, t.Route)})
	}
	return all
}

// weighted is what the destinations of http and of other routes have in common.
type weighted interface {
	GetDestination() *networking.Destination
	GetWeight() int32
}

func shares[W weighted](namespace string, destinations []W) []share {
	var out []share
	for _, d := range destinations {
		out = append(out, shareOf(namespace, d.GetDestination(), d.GetWeight()))
	}
	return out
}

func shareOf(namespace string, d *networking.Destination, weight int32) share {
	s := share{shortHost(d.GetHost(), namespace), d.GetSubset(), weight}
	if strings.Contains(s.host, ".") {
		s.subset = "" // another namespace's, of which nothing is known here
	}
	return s
}

// shortHost is a host of the namespace by its Service's name, which Istio completes the
// same way; others stay as they are.
func shortHost(host, namespace string) string {
	return strings.TrimSuffix(host, "."+namespace+".svc.cluster.local")
}

// named lists the destinations with a subset that a VirtualService knows of, by weight or not.
func named(vs *istio.VirtualService) []share {
	var all []share
	for _, r := range routes(vs) {
		all = append(all, slices.Concat(r.to, r.mirrors)...)
	}
	return slices.DeleteFunc(all, func(s share) bool { return s.subset == "" })
}

// weightOf is the largest share that a route of a VirtualService gives to a subset of a
// host, or to any of it when subset is empty.
func weightOf(vs *istio.VirtualService, host, subset string) int32 {
	var most int32
	for _, r := range routes(vs) {
		for _, s := range r.to {
			if s.host == host && (s.subset == subset || subset == "") {
				most = max(most, r.percent(s))
			}
		}
	}
	return most
}

// subsets are those that a DestinationRule gives a host.
func subsets(dr *istio.DestinationRule, host string) []string {
	if dr == nil || shortHost(dr.Spec.Host, dr.Namespace) != host {
		return nil
	}
	return manifest.Subsets(dr)
}
