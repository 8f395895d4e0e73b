package manifest

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// routePrefix begins the names of the routes of a set. What follows is a hash of the route
// and of the revisions that it leads to, so that a proxy which serves the name serves that.
const routePrefix = namedPrefix + "route-"

// RenderRoutes gives the objects of a route set: a VirtualService, and a Service without pods
// that gives its host a name inside the mesh.
func RenderRoutes(set rio.RouteSet) []Object {
	if !set.Exists() {
		return nil
	}
	svc := service(set.Ref(), set.Name, filed(rio.RouteLabels(set.Ref()), set.Filed), nil)
	svc.Spec.Ports = servicePorts(routePorts(set))
	return []Object{svc, routeVirtualService(set)}
}

// routePorts are the ports on which callers inside the mesh find the host.
func routePorts(set rio.RouteSet) []rio.Port {
	ports := []rio.Port{{Number: 80, Protocol: "http"}}
	for _, r := range set.Routes {
		p := rio.Port{Number: r.Match().Port, Protocol: "http"}
		if p.Number != 0 && !slices.Contains(ports, p) {
			ports = append(ports, p)
		}
	}
	rio.SortPorts(ports)
	return ports
}

func routeVirtualService(set rio.RouteSet) *istio.VirtualService {
	vs := &istio.VirtualService{
		TypeMeta:   metav1.TypeMeta{APIVersion: istioVersion, Kind: KindVirtualService},
		ObjectMeta: meta(set.Ref(), set.Name, filed(rio.RouteLabels(set.Ref()), set.Filed)),
		Spec:       networking.VirtualService{Hosts: []string{set.Name}, Gateways: []string{rio.MeshGateway}},
	}
	vs.Annotations = noteRoutes(set)
	if host := set.Host(); host != "" {
		vs.Spec.Hosts = append(vs.Spec.Hosts, host)
		vs.Spec.Gateways = append(vs.Spec.Gateways, set.Gateway)
	}
	for _, r := range set.Routes {
		vs.Spec.Http = append(vs.Spec.Http, httpRoute(set, r))
	}
	return vs
}

// noteRoutes keeps what was asked for where it is read back from: a target without a revision
// is not to be seen in what it was split into.
func noteRoutes(set rio.RouteSet) map[string]string {
	var resolved [][]rio.Resolved
	for i := range set.Routes {
		own := []rio.Resolved{}
		for _, t := range set.Routes[i].Targets() {
			own = append(own, t.Resolved)
		}
		resolved = append(resolved, own)
	}
	return map[string]string{rio.AnnotationRoutes: rio.AsJSON(set.Routes), rio.AnnotationTargets: rio.AsJSON(resolved)}
}

// RouteSetOf is the name of the route set that an object is of; empty when it is of none.
func RouteSetOf(o Object) string { return o.GetLabels()[rio.LabelRoute] }

// IsRouteSet reports whether an object is of a route set.
func IsRouteSet(o Object) bool { return o != nil && RouteSetOf(o) != "" }

// ParseRoutes reads the route sets among objects, by namespace and name. One whose note
// cannot be read is passed over: nothing is guessed from what it was made into.
func ParseRoutes(objects []Object) []rio.RouteSet {
	var sets []rio.RouteSet
	for _, o := range objects {
		vs, ok := o.(*istio.VirtualService)
		if !ok || !IsRouteSet(o) {
			continue
		}
		if set, err := parseRouteSet(vs); err == nil {
			sets = append(sets, set)
		}
	}
	slices.SortFunc(sets, func(a, b rio.RouteSet) int { return a.Ref().Compare(b.Ref()) })
	return sets
}

func parseRouteSet(vs *istio.VirtualService) (rio.RouteSet, error) {
	set := rio.RouteSet{Namespace: vs.Namespace, Name: vs.Name, Domain: domainOf(vs), Cluster: clusterOf(vs), Filed: isFiled(vs)}
	if set.Domain != "" {
		set.Gateway = outside(vs.Spec.Gateways)
	}
	if err := json.Unmarshal([]byte(vs.Annotations[rio.AnnotationRoutes]), &set.Routes); err != nil {
		return set, fmt.Errorf("annotation %s of virtualservice %q cannot be read: %w", rio.AnnotationRoutes, vs.Name, err)
	}
	var resolved [][]rio.Resolved
	if json.Unmarshal([]byte(vs.Annotations[rio.AnnotationTargets]), &resolved) != nil {
		resolved = nil // the next command finds it out anew
	}
	for i := range min(len(set.Routes), len(resolved)) {
		for j, t := range set.Routes[i].Targets() {
			if j < len(resolved[i]) {
				t.Resolved = resolved[i][j]
			}
		}
	}
	return set, nil
}

func routeName(set rio.RouteSet, r rio.Route) string {
	led := r
	led.To, led.Mirror = nil, nil
	copied, _ := mirrorOf(set, r)
	hash := sha256.Sum256(fmt.Append([]byte(rio.AsJSON(led)), r.Destinations(set.Namespace), copied))
	return fmt.Sprintf("%s%x", routePrefix, hash[:5])
}

// isRoute reports whether a route is one of a set.
func isRoute(r *networking.HTTPRoute) bool { return strings.HasPrefix(r.GetName(), routePrefix) }

// CallerRoutes are the names of the set's routes that ask who calls. A sidecar has those that
// its pod may match, a gateway none.
func CallerRoutes(set rio.RouteSet) []string {
	var names []string
	for _, r := range set.Routes {
		if r.Match().From != nil {
			names = append(names, routeName(set, r))
		}
	}
	return names
}

// ServedRoutes are the names of the set's routes that a proxy serves on a port, sorted. Of
// those that ask who calls it has the ones given.
func ServedRoutes(set rio.RouteSet, port uint32, callers ...string) []string {
	var names []string
	for _, r := range set.Routes {
		m, name := r.Match(), routeName(set, r)
		if m.From != nil && !slices.Contains(callers, name) || m.Port != 0 && uint32(m.Port) != port {
			continue
		}
		names = append(names, name)
		if takesAny(m) {
			break // it takes all; Istio sends the proxies nothing that comes after
		}
	}
	slices.Sort(names)
	return names
}

// takesAny reports whether a match asks for nothing but a port and a caller, or less.
func takesAny(m rio.RouteMatch) bool {
	return m.Path == nil && m.Scheme == nil && m.Method == nil && len(m.Headers)+len(m.Cookies)+len(m.Query) == 0
}

// Loads are the shares that a route set's VirtualService gives to revisions, summed over its routes:
// one more route to a revision is more for it. They are nil for any other object.
func Loads(o Object) map[rio.Ref]int {
	vs, ok := o.(*istio.VirtualService)
	if !ok || !IsRouteSet(o) {
		return nil
	}
	set, err := parseRouteSet(vs)
	if err != nil {
		return nil
	}
	loads := map[rio.Ref]int{}
	for _, r := range set.Routes {
		for _, d := range r.Destinations(set.Namespace) {
			loads[d.Ref] += d.Weight
		}
		if d, ok := mirrorOf(set, r); ok {
			loads[d.Ref] += d.Weight
		}
	}
	return loads
}
