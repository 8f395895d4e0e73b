package manifest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// routeMatch names no gateways: those of the set count then, and who calls can be asked.
func routeMatch(set rio.RouteSet, m rio.RouteMatch) *networking.HTTPMatchRequest {
	r := &networking.HTTPMatchRequest{Port: uint32(m.Port), QueryParams: stringMatches(m.Query), Headers: stringMatches(m.Headers)}
	for _, of := range []struct {
		pattern *rio.Pattern
		match   **networking.StringMatch
	}{{m.Path, &r.Uri}, {m.Scheme, &r.Scheme}, {m.Method, &r.Method}} {
		if of.pattern != nil {
			*of.match = stringMatch(*of.pattern)
		}
	}
	if len(m.Cookies) > 0 {
		if r.Headers == nil {
			r.Headers = map[string]*networking.StringMatch{}
		}
		r.Headers[cookieHeader] = cookieMatch(cookieExpressions(m.Cookies))
	}
	if m.From != nil {
		calledFrom(r, m.From.Ref(set.Namespace))
	}
	return r
}

func stringMatches(patterns map[string]rio.Pattern) map[string]*networking.StringMatch {
	if len(patterns) == 0 {
		return nil
	}
	out := map[string]*networking.StringMatch{}
	for name, p := range patterns {
		out[name] = stringMatch(p)
	}
	return out
}

func stringMatch(p rio.Pattern) *networking.StringMatch {
	switch {
	case p.Exact != "":
		return &networking.StringMatch{MatchType: &networking.StringMatch_Exact{Exact: p.Exact}}
	case p.Prefix != "":
		return &networking.StringMatch{MatchType: &networking.StringMatch_Prefix{Prefix: p.Prefix}}
	case p.Regexp != "":
		return &networking.StringMatch{MatchType: &networking.StringMatch_Regex{Regex: p.Regexp}}
	}
	return &networking.StringMatch{MatchType: &networking.StringMatch_Regex{Regex: ".*"}}
}

// cookieExpressions are what each cookie looks like in the header.
func cookieExpressions(cookies map[string]rio.Pattern) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(cookies)) {
		value := "[^;]*"
		switch p := cookies[name]; {
		case p.Exact != "":
			value = regexp.QuoteMeta(p.Exact)
		case p.Prefix != "":
			value = regexp.QuoteMeta(p.Prefix) + "[^;]*"
		case p.Regexp != "":
			value = "(" + p.Regexp + ")"
		}
		out = append(out, regexp.QuoteMeta(name+"=")+value)
	}
	return out
}

const cookieHeader = "cookie"

// cookieMatch finds cookies among others in the one header that a request has for them, in
// whatever order; Envoy matches the whole of it.
func cookieMatch(cookies []string) *networking.StringMatch {
	var orders []string
	for _, order := range permutations(cookies) {
		orders = append(orders, strings.Join(order, "(;.*)?; *"))
	}
	all := strings.Join(orders, "|")
	if len(orders) > 1 {
		all = "(" + all + ")"
	}
	return &networking.StringMatch{MatchType: &networking.StringMatch_Regex{Regex: fmt.Sprintf(`(.*; *)?%s(;.*)?`, all)}}
}

// CheckCookies wants an expression for all cookies of a match that Istio takes.
func CheckCookies(m rio.RouteMatch) error {
	if n := len(cookieMatch(cookieExpressions(m.Cookies)).GetRegex()); len(m.Cookies) > 0 && n > rio.MaxRegexp {
		return fmt.Errorf("the cookies asked for make an expression of %d characters, and Istio takes %d; ask for fewer, or for shorter values", n, rio.MaxRegexp)
	}
	return nil
}

func permutations(of []string) [][]string {
	if len(of) < 2 {
		return [][]string{of}
	}
	var all [][]string
	for i, first := range of {
		for _, rest := range permutations(slices.Delete(slices.Clone(of), i, i+1)) {
			all = append(all, append([]string{first}, rest...))
		}
	}
	return all
}

// calledFrom asks who calls. Istio looks at that only where no gateways are named:
// sourceMatchHTTP in its route.go.
func calledFrom(r *networking.HTTPMatchRequest, from rio.Ref) {
	r.Gateways, r.SourceNamespace = nil, from.Namespace
	r.SourceLabels = map[string]string{rio.LabelService: from.Service}
	if from.Revision != "" {
		r.SourceLabels[rio.LabelRevision] = from.Revision
	}
}
