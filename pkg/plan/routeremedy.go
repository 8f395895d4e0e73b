package plan

import (
	"fmt"
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// leadElsewhere is the command that changes a route, which may be another stack's.
func leadElsewhere(s rio.Service, route rio.Ref) string {
	if !onlyRoute(s, route) {
		return findRoute(route)
	}
	return fmt.Sprintf("kubectl rio route add -n %s %s to SERVICE", route.Namespace, route.Service)
}

// onlyRoute reports whether a host has one route alone: with more, a command for the host would
// change the others, too.
func onlyRoute(s rio.Service, host rio.Ref) bool {
	i := slices.IndexFunc(s.Routes, func(set rio.RouteSet) bool { return set.Ref() == host })
	return i >= 0 && len(s.Routes[i].Routes) == 1 && len(s.Routes[i].Routes[0].Matches) == 0
}

func findRoute(host rio.Ref) string {
	return fmt.Sprintf("it is one of several, see: kubectl rio route ls -n %s", host.Namespace)
}
