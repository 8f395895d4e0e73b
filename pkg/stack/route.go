package stack

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// parseTarget reads a target as route add does. Without a stack it is in that of the file.
func parseTarget(word string) (rio.RouteTarget, error) {
	return rio.ParseRouteTarget(word, here, setOf(word))
}

const here = "here" // stands for the stack, which a file need not know

// setOf is that stack, unless the word names its own.
func setOf(word string) string {
	if name, _, _ := strings.Cut(word, ","); strings.Contains(name, "/") {
		return ""
	}
	return here
}

// parseSource reads a caller, [STACK/]SERVICE[:REVISION].
func parseSource(word string) (rio.RouteSource, error) {
	return rio.ParseRouteSource(word, here, setOf(word))
}

func sourceText(s rio.RouteSource) string {
	return rio.RouteTarget{Service: s.Service, Stack: s.Stack, Revision: s.Revision}.String()
}

// lowerHeaders has the matches of routes name headers in lower case, as HTTP/2 has them.
func (f File) lowerHeaders(d *decoder) {
	for host, routes := range f.Routes {
		for i, r := range routes {
			for j, m := range r.Matches {
				lower, twice := lowered(m.Headers)
				if twice != "" {
					d.problems = append(d.problems, f.problemOf(host, i, "the header %q is asked for twice, in capitals and in small letters; ask for it once", twice))
				}
				r.Matches[j].Headers = lower
			}
		}
	}
}

// lowered are headers by their names in lower case, and one of which that makes two the same.
func lowered(headers map[string]rio.Pattern) (lower map[string]rio.Pattern, twice string) {
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		if lower == nil {
			lower = map[string]rio.Pattern{}
		}
		own := strings.ToLower(name)
		if _, there := lower[own]; there {
			twice = own
		}
		lower[own] = headers[name]
	}
	return lower, twice
}

// problemOf is one with a route, and its line.
func (f File) problemOf(host string, i int, format string, args ...any) Problem {
	path := at("routes."+host, i)
	return Problem{f.Lines[path], path, fmt.Sprintf(format, args...)}
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
		f.checkOnce(host, fail)
	}
}

// checkOnce wants one route for the same requests: of two the last would count, and nobody would hear
// of the other.
func (f File) checkOnce(host string, fail func(section, name, format string, args ...any)) {
	taken := map[string]int{}
	for i, r := range f.Routes[host] {
		for _, one := range (rio.RouteSet{Routes: []rio.Route{r}}).Normal().Routes {
			asks := rio.AsJSON(one.Match())
			if first, there := taken[asks]; there && first != i {
				fail("routes", at(host, i), "it takes the same requests as the route in line %d; make one of both, or have it match others", f.Lines[at("routes."+host, first)])
				break
			}
			taken[asks] = i
		}
	}
}
