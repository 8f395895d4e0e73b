package manifest

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Routes of ours that come before the split have names, so that they are known from those
// of others: rio-match-v2-80-HASH leads chosen requests to v2, rio-sticky-v2-80-HASH those
// of users who are to stay there. The hash is of what they match, so that gateways which
// serve a name serve what it stands for.
const (
	namedPrefix  = "rio-"
	matchPrefix  = namedPrefix + "match-"
	stickyPrefix = namedPrefix + "sticky-"
)

// isNamed reports whether a route is one of these.
func isNamed(r *networking.HTTPRoute) bool {
	return strings.HasPrefix(r.GetName(), matchPrefix) || strings.HasPrefix(r.GetName(), stickyPrefix)
}

// chosenRoutes are the routes that come before the split of a port.
func chosenRoutes(s rio.Service, p rio.Port) []*networking.HTTPRoute {
	var routes []*networking.HTTPRoute
	add := func(prefix string, r rio.Revision, what string, matches []*networking.HTTPMatchRequest) {
		hash := sha256.Sum256([]byte(what))
		routes = append(routes, &networking.HTTPRoute{
			Name:  fmt.Sprintf("%s%s-%d-%x", prefix, r.Name, p.Number, hash[:4]),
			Match: matches,
			Route: []*networking.HTTPRouteDestination{{Destination: destination(s.Name, r.Name, p), Weight: 100}},
		})
	}
	for _, r := range s.Revisions {
		if len(r.Match) == 0 || s.Quiet.Has(r.Name) {
			continue
		}
		var matches []*networking.HTTPMatchRequest
		for _, m := range r.Match {
			matches = append(matches, comingIn(s, p, matchRequest(s, p, m))...)
		}
		add(matchPrefix, r, fmt.Sprint(r.Match), matches)
	}
	for _, r := range s.Revisions {
		if cookie, ok := s.Kept(r); ok {
			add(stickyPrefix, r, cookie.String(), comingIn(s, p, matchRequest(s, p, cookie)))
		}
	}
	return routes
}

func matchRequest(s rio.Service, p rio.Port, m rio.Match) *networking.HTTPMatchRequest {
	r := &networking.HTTPMatchRequest{Gateways: gatewaysOf(s, p), Port: uint32(p.Number)}
	switch m.Kind {
	case rio.MatchHeader:
		r.Headers = map[string]*networking.StringMatch{m.Name: stringMatch(rio.Pattern{Exact: m.Value})}
	case rio.MatchCookie:
		r.Headers = map[string]*networking.StringMatch{cookieHeader: cookieMatch([]string{regexp.QuoteMeta(m.Name + "=" + m.Value)})}
	case rio.MatchFrom:
		if from, ok := m.Caller(s.Namespace); ok {
			calledFrom(r, from)
		}
	}
	return r
}

// stay tells a user's browser which revision answered. The cookie ends with the browser's session.
func stay(s rio.Service, revision string) *networking.Headers {
	return &networking.Headers{Response: &networking.Headers_HeaderOperations{
		Add: map[string]string{setCookie: fmt.Sprintf("%s=%s%s", s.Sticky, revision, cookieAttributes)},
	}}
}

const (
	setCookie        = "set-cookie"
	cookieAttributes = "; Path=/; HttpOnly; SameSite=Lax"
)

// mergeHeaders keeps what somebody set for a destination, but for the cookie, which is ours.
func mergeHeaders(live, rendered *networking.Headers) *networking.Headers {
	if live == nil {
		return rendered
	}
	merged := live.DeepCopy()
	if add := merged.GetResponse().GetAdd(); strings.HasSuffix(add[setCookie], cookieAttributes) {
		if delete(add, setCookie); len(add) == 0 {
			merged.Response.Add = nil
		}
	}
	if cookie := rendered.GetResponse().GetAdd()[setCookie]; cookie != "" {
		if merged.Response == nil {
			merged.Response = &networking.Headers_HeaderOperations{}
		}
		if merged.Response.Add == nil {
			merged.Response.Add = map[string]string{}
		}
		merged.Response.Add[setCookie] = cookie
	}
	if r := merged.Response; r != nil && len(r.Add)+len(r.Set)+len(r.Remove) == 0 {
		merged.Response = nil
	}
	if merged.Response == nil && merged.Request == nil {
		return nil
	}
	return merged
}

// Chosen are the revisions to which a service's main VirtualService leads chosen requests,
// whatever their weight; nil for any other object.
func Chosen(o Object) []string {
	vs, ok := mainOf(o)
	if !ok {
		return nil
	}
	var names []string
	for _, h := range vs.Spec.Http {
		if strings.HasPrefix(h.GetName(), matchPrefix) && len(h.Route) > 0 {
			names = append(names, h.Route[0].GetDestination().GetSubset())
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// GatewayRoutes are the names of the routes before the split that gateways serve, sorted,
// once for each port that they are served on.
func GatewayRoutes(s rio.Service) []string {
	var names []string
	for _, p := range s.Ports {
		if !p.OnGateway() {
			continue
		}
		for _, r := range chosenRoutes(s, p) {
			if slices.ContainsFunc(r.Match, func(m *networking.HTTPMatchRequest) bool { return slices.Contains(m.Gateways, s.Gateway) }) {
				names = append(names, r.Name)
				if s.OverTLS(p) {
					names = append(names, r.Name)
				}
			}
		}
	}
	slices.Sort(names)
	return names
}

// CallerMatches are the names of the routes that take all that some caller asks: its sidecar
// has nothing behind them.
func CallerMatches(s rio.Service) []string {
	var names []string
	for _, p := range s.Ports {
		for _, r := range chosenRoutes(s, p) {
			if slices.ContainsFunc(r.Match, func(m *networking.HTTPMatchRequest) bool { return len(m.SourceLabels) > 0 }) {
				names = append(names, r.Name)
			}
		}
	}
	return names
}

// IsNamedRoute reports whether a name is that of such a route, of whatever service, or of a
// route of a set.
func IsNamedRoute(name string) bool {
	r := &networking.HTTPRoute{Name: name}
	return isNamed(r) || isRoute(r)
}

// noteMatches and parseMatches keep what was asked for where it is read back from.
func noteMatches(s rio.Service) string {
	all := map[string][]string{}
	for _, r := range s.Revisions {
		for _, m := range r.Match {
			all[r.Name] = append(all[r.Name], m.String())
		}
	}
	if len(all) == 0 {
		return ""
	}
	return rio.AsJSON(all)
}

func parseMatches(s *rio.Service, text string) {
	var all map[string][]string
	if json.Unmarshal([]byte(text), &all) != nil {
		all = nil
	}
	for i := range s.Revisions {
		r := &s.Revisions[i]
		r.Match = nil
		for _, form := range all[r.Name] {
			if m, err := rio.ParseMatch(form, s.Namespace); err == nil {
				r.Match = append(r.Match, m)
			}
		}
	}
}
