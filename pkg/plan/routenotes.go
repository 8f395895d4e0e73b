package plan

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// ReplacedRoutes are the routes of a set of which others for the same requests took the place, and the
// mirrors that they lost. A mirror that was added replaces nothing.
func ReplacedRoutes(before, after rio.RouteSet) rio.RouteSet {
	gone := before
	gone.Routes = nil
	for _, old := range before.Routes {
		i := slices.IndexFunc(after.Routes, func(r rio.Route) bool { return reflect.DeepEqual(r.Matches, old.Matches) })
		if i < 0 || old.Same(after.Routes[i]) {
			continue
		}
		mirrored := old.Clone()
		switch mirrored.Mirror = after.Routes[i].Mirror; {
		case !mirrored.Same(after.Routes[i]):
			gone.Routes = append(gone.Routes, old)
		case old.Mirror != nil:
			gone.Routes = append(gone.Routes, rio.Route{Matches: old.Matches, Mirror: old.Mirror})
		}
	}
	return gone
}

// NoHTTPS says why no request takes a new route that asks for https; it is empty where requests do.
// That is no error: a proxy before the gateway may end TLS, too, and say so in x-forwarded-proto.
func NoHTTPS(before, after rio.RouteSet, gw Gateway) string {
	for _, r := range after.Routes {
		m := r.Match()
		served := gw.TLS && (m.Port == 0 || m.Port == rio.TLSPort)
		if m.Scheme == nil || m.Scheme.Exact != "https" || served || slices.ContainsFunc(before.Routes, r.Same) {
			continue
		}
		switch {
		case gw.TLS:
			return fmt.Sprintf("gateway %s serves https on port %d alone, so no request takes this route on port %d; leave out the port", gw.Name, rio.TLSPort, m.Port)
		case gw.Name == "":
			return "this cluster has no rio gateway that serves https, and inside the mesh it is passed through, so no request takes this route; leave out https://"
		}
		return fmt.Sprintf("gateway %s serves no https, and inside the mesh it is passed through, so no request takes this route, unless a proxy before the gateway ends TLS; leave out https://, or give the gateway a certificate: kubectl rio install --tls-secret NAME", gw.Name)
	}
	return ""
}
