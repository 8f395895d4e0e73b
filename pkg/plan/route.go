package plan

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Route puts the routes of a set in order, on the gateway too where there is one. services are
// those that they lead to, as they are now. The same routes again change nothing.
func Route(set rio.RouteSet, services []rio.Service, gw Gateway) (rio.RouteSet, error) {
	next := set.Clone()
	for i := range next.Routes {
		r := &next.Routes[i]
		if r.Rewrite != nil && len(r.To) == 0 {
			r.To = r.RewriteTargets(set.Namespace)
		}
		r.To = rio.Spread(r.To)
		if err := r.Validate(); err != nil {
			return set, err
		}
		for _, m := range r.Matches {
			if err := manifest.CheckCookies(m); err != nil {
				return set, err
			}
		}
	}
	next = next.Normal()
	for i := range next.Routes {
		r := &next.Routes[i]
		if len(r.To) == 0 && r.Redirect == nil {
			return set, fmt.Errorf("a route of %q only makes copies, of requests that lead nowhere; give it a target too, with to or rewrite", set.Name)
		}
		for _, t := range r.Targets() {
			if err := mayLead(set, *t, services); err != nil {
				return set, err
			}
		}
		if err := mayHavePort(*r, gw); err != nil {
			return set, err
		}
	}
	if next.Gateway, next.Domain = gw.Name, gw.Domain; gw.Name == "" || gw.Domain == "" {
		next.Gateway, next.Domain = "", ""
	}
	next.Entry, next.Cluster = gw.Entry(), gw.Cluster
	for _, s := range services {
		next = next.Follow(s)
	}
	return next, nil
}

// AddRoute puts one more route into a set; it replaces the one that matches the same
// requests. A route that only makes copies is added to that one.
func AddRoute(set rio.RouteSet, r rio.Route) (rio.RouteSet, error) {
	next := set.Clone()
	if len(r.To) > 0 || r.Mirror == nil {
		next.Routes = append(next.Routes, r)
		return next, nil
	}
	for i := range next.Routes {
		old := &next.Routes[i]
		if !reflect.DeepEqual(old.Matches, r.Matches) {
			continue
		}
		if old.Redirect != nil {
			return set, fmt.Errorf("the route of %q for these requests is a redirect, of which no copies can be made", set.Name)
		}
		old.Mirror = r.Mirror
		return next, nil
	}
	return set, fmt.Errorf("%q has no route for these requests of which copies could be made; lead them somewhere first: the same command, with \"to SERVICE\" in place of \"mirror ...\"", set.Name)
}

// RemoveRoutes takes out the routes for a path; with nil, all. The zero pattern, which HOST/ comes
// to, is every path, or the root alone where only that has routes.
func RemoveRoutes(set rio.RouteSet, path *rio.Pattern) (rio.RouteSet, error) {
	if !set.Exists() {
		return set, fmt.Errorf("stack %q has no routes for %q; see: kubectl rio route ls -n %s", set.Namespace, set.Name, set.Namespace)
	}
	next := set.Clone()
	if path == nil {
		next.Routes = nil
		return next, nil
	}
	root := rio.Pattern{Exact: "/"} // of a stack file
	if path.Any() && asksFor(set, root) {
		if asksFor(set, *path) {
			return set, fmt.Errorf("%q has routes for every path and others for / alone, and / may be either; take out those that are meant: kubectl rio edit %s/", set.Name, set.Namespace)
		}
		path = &root
	}
	next.Routes = slices.DeleteFunc(next.Routes, func(r rio.Route) bool { return asks(r, *path) })
	if len(next.Routes) == len(set.Routes) {
		var have []string
		for _, r := range set.Routes {
			if p := r.Match().Path; p != nil {
				have = append(have, p.String())
			}
		}
		return set, fmt.Errorf("%q has no route for the path %q (has %s); see: kubectl rio route ls -n %s", set.Name, path, orNone(have), set.Namespace)
	}
	return next, nil
}

func asks(r rio.Route, path rio.Pattern) bool {
	return ptr.Deref(r.Match().Path, rio.Pattern{}) == path
}

func asksFor(set rio.RouteSet, path rio.Pattern) bool {
	return slices.ContainsFunc(set.Routes, func(r rio.Route) bool { return asks(r, path) })
}

func orNone(of []string) string {
	if len(of) == 0 {
		return "none"
	}
	return strings.Join(slices.Compact(of), ", ")
}

// mayLead wants a revision that is there and a port that speaks HTTP.
func mayLead(set rio.RouteSet, t rio.RouteTarget, services []rio.Service) error {
	ref := t.Ref(set.Namespace).Of("")
	i := slices.IndexFunc(services, func(s rio.Service) bool { return s.Ref() == ref })
	if i < 0 || !services[i].Exists() {
		if t.HTTP != 0 {
			return nil // an earlier route, whose service went since: it keeps no other from being changed
		}
		return fmt.Errorf("stack %q has no service %q to lead to; see: kubectl rio ps -n %s", ref.Namespace, ref.Service, ref.Namespace)
	}
	s := services[i]
	if t.Revision != "" {
		if _, ok := s.Revision(t.Revision); !ok {
			return rio.NotStaged(s, t.Revision)
		}
		if err := mayUse(s, t.Revision); err != nil {
			return err
		}
	}
	var ports []string
	for _, p := range s.Ports {
		if p.HTTP() && (t.Port == 0 || t.Port == p.Number) {
			if rev, ok := s.Revision(t.Revision); ok && t.HTTP == 0 { // one that is led there already is no reason to change no other
				return mayServe(s, *rev, p)
			}
			return nil
		}
		ports = append(ports, p.String())
	}
	if t.Port != 0 {
		return fmt.Errorf("service %q has no http port %d to lead to (has %s)", s.Name, t.Port, orNone(ports))
	}
	return fmt.Errorf("service %q has no http port to lead to (has %s); %s", s.Name, orNone(ports), portRemedy(s, "expose", "--expose"))
}

// mayHavePort wants a port that the gateway has open for HTTP. That of https is not among its ports,
// and what callers inside the mesh reach is on no gateway.
func mayHavePort(r rio.Route, gw Gateway) error {
	port, scheme := r.Match().Port, r.Match().Scheme
	if port == 0 || gw.Name == "" || r.Match().From != nil {
		return nil
	}
	if gw.TLS && port == rio.TLSPort {
		if scheme != nil && scheme.Exact == "http" {
			return fmt.Errorf("gateway %s takes https alone on port %d; leave out http:// or the port", gw.Name, port)
		}
		return nil
	}
	if port == rio.TLSPort && scheme != nil && scheme.Exact == "https" {
		return fmt.Errorf("gateway %s serves no https on port %d; leave out https:// and the port, or give the gateway a certificate: kubectl rio install --tls-secret NAME", gw.Name, port)
	}
	return gw.mustBeOpen(rio.Port{Number: port, Protocol: "http", Publish: true})
}
