package plan

import (
	"slices"
	"strings"

	istio "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// hostRule finds VirtualServices of others that have a host of this way where it has it.
func hostRule(p Path) []rio.Finding {
	vs, ok := p.route()
	if !ok {
		return nil
	}
	var found []rio.Finding
	for _, other := range p.Routes.Items {
		if other.Namespace == vs.Namespace && other.Name == vs.Name {
			continue
		}
		for _, host := range vs.Spec.Hosts {
			if p.clash(vs, other, host) {
				found = append(found, rio.TroubleHostTaken.Found(rio.Case{
					"host": host, "other": other.Namespace + "/" + other.Name, "namespace": other.Namespace, "name": other.Name,
				}))
			}
		}
	}
	return found
}

// clash reports whether both have a host on the same gateway, or both in the mesh. A name
// with a star never clashes: Envoy takes the more exact one.
func (p Path) clash(vs, other *istio.VirtualService, host string) bool {
	same := slices.ContainsFunc(other.Spec.Hosts, func(h string) bool {
		return fullHost(h, other.Namespace) == fullHost(host, vs.Namespace)
	})
	if !same {
		return false
	}
	for _, g := range vs.Spec.Gateways {
		if g == rio.MeshGateway && inMesh(other) || g != rio.MeshGateway && host == p.host() && bound(other, p.Service.Gateway) {
			return true
		}
	}
	return false
}

// fullHost is a name as Istio completes it: one without a dot is a Service of the namespace,
// https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService
func fullHost(host, namespace string) string {
	if !strings.Contains(host, ".") && host != "*" {
		return host + "." + namespace + ".svc.cluster.local"
	}
	return host
}

// boundRule wants the service's own names, and the places where requests for them arrive, of the
// VirtualService that is to route them.
func boundRule(p Path) []rio.Finding {
	vs, ok := p.route()
	if !ok {
		return nil
	}
	var found []rio.Finding
	names := make([]string, len(vs.Spec.Hosts))
	for i, host := range vs.Spec.Hosts {
		names[i] = fullHost(host, vs.Namespace)
	}
	for _, host := range []string{p.Ref.ObjectName(), p.host()} {
		if host != "" && !servesHost(names, fullHost(host, vs.Namespace)) {
			found = append(found, rio.TroubleRouteHost.Found(p.values(rio.Case{"host": host})))
		}
	}
	if !inMesh(vs) {
		found = append(found, rio.TroubleRouteGateway.Found(p.values(rio.Case{"gateway": "the mesh"})))
	}
	if !p.inside() && !bound(vs, p.Service.Gateway) {
		found = append(found, rio.TroubleRouteGateway.Found(p.values(nil)))
	}
	return found
}
