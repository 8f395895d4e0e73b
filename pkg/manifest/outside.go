package manifest

import (
	"slices"

	networking "istio.io/api/networking/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// PublicDomain is the domain under which a service's main VirtualService publishes it; empty where it
// does not, and for any other object.
func PublicDomain(o Object) string {
	vs, ok := mainOf(o)
	if !ok {
		return ""
	}
	return domainOf(vs)
}

// LacksTLS reports whether a service's main VirtualService has requests that come in through a gateway
// over http, and not the same over https, though that gateway can serve them so.
func LacksTLS(o Object, gateway string) bool {
	vs, ok := mainOf(o)
	if !ok {
		return false
	}
	own := oursIn(vs)
	return slices.ContainsFunc(vs.Spec.Http, func(r *networking.HTTPRoute) bool {
		port, ours := own.http(r)
		able := rio.Service{TLS: true}.OverTLS(rio.Port{Number: int32(port), Protocol: "http", Publish: true})
		return ours && able && len(r.Match) == 1 && slices.Contains(r.Match[0].Gateways, gateway)
	})
}
