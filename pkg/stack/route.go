package stack

import (
	"maps"
	"slices"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// parseTarget reads a target as route add does. Without a stack it is in that of the file.
func parseTarget(word string) (rio.RouteTarget, error) {
	const here = "here" // stands for the stack, which a file need not know
	set := here
	if name, _, _ := strings.Cut(word, ","); strings.Contains(name, "/") {
		set = ""
	}
	return rio.ParseRouteTarget(word, here, set)
}

// parseSource reads a caller, [STACK/]SERVICE[:REVISION].
func parseSource(word string) (rio.RouteSource, error) {
	t, err := parseTarget(word)
	return rio.RouteSource{Service: t.Service, Stack: t.Stack, Revision: t.Revision}, err
}

func sourceText(s rio.RouteSource) string {
	return rio.RouteTarget{Service: s.Service, Stack: s.Stack, Revision: s.Revision}.String()
}

// lowerHeaders are routes whose matches name headers in lower case, as HTTP/2 has them.
func lowerHeaders(routes []rio.Route) {
	for _, r := range routes {
		for i, m := range r.Matches {
			lower := map[string]rio.Pattern{}
			for name, p := range m.Headers {
				lower[strings.ToLower(name)] = p
			}
			if len(lower) > 0 {
				r.Matches[i].Headers = lower
			}
		}
	}
}

// checkRoutes finds what is wrong with each route on its own.
func (f File) checkRoutes(fail func(section, name, format string, args ...any)) {
	for _, host := range slices.Sorted(maps.Keys(f.Routes)) {
		if !isServiceName(host) {
			fail("routes", host, "%q cannot be the name of a host: want lower-case letters, digits and -, beginning with a letter", host)
			continue
		}
		if _, taken := f.Services[host]; taken {
			fail("routes", host, "%q is a service of this file, which has its own routes; name another host", host)
		}
		if len(f.Routes[host]) == 0 {
			fail("routes", host, "there is no route; take the host out")
		}
		for i, r := range f.Routes[host] {
			r.To = rio.Spread(r.To)
			if err := r.ValidateWritten(); err != nil {
				fail("routes", at(host, i), "%v", err)
			}
		}
	}
}
