package rio

import (
	"cmp"
	"encoding/json"
	"reflect"
	"slices"
)

// Normal is the set as it is kept: one match a route, each match once (the last one counts),
// services of its own stack without the stack, targets with weights, and the most specific
// route first. The order is that of HTTPRoute,
// https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule:
//
//	path: exact, then an expression, then the longest prefix, then any
//	then with a method, then with more headers and cookies, then with more query parameters
//	then with a caller, a scheme, a port; then by the match's text
func (s RouteSet) Normal() RouteSet {
	var routes []Route
	put := func(r Route) {
		same := func(old Route) bool { return reflect.DeepEqual(old.Matches, r.Matches) }
		if i := slices.IndexFunc(routes, same); i >= 0 {
			routes[i] = r
			return
		}
		routes = append(routes, r)
	}
	for _, r := range s.Clone().Routes {
		r.near(s.Namespace)
		r.To = Spread(r.To)
		matches := r.Matches
		if len(matches) == 0 {
			matches = []RouteMatch{{}}
		}
		for _, m := range matches {
			one := r.Clone()
			one.Ask(m)
			put(one)
		}
	}
	slices.SortStableFunc(routes, func(a, b Route) int { return a.Match().compare(b.Match()) })
	s.Routes = routes
	return s
}

// near names services of the set's own stack without the stack.
func (r *Route) near(namespace string) {
	for _, t := range r.Targets() {
		if t.Stack == namespace {
			t.Stack = ""
		}
	}
	for i := range r.Matches {
		if from := r.Matches[i].From; from != nil && from.Stack == namespace {
			from.Stack = ""
		}
	}
}

// Ask has the route take the requests that match, and no others. What takes every path takes
// any: it comes last, and Istio sends proxies nothing that stands behind it.
func (r *Route) Ask(m RouteMatch) {
	if p := m.path(); p.Any() || p == (Pattern{Prefix: "/"}) || p == (Pattern{Regexp: ".*"}) {
		m.Path = nil
	}
	if r.Matches = nil; !m.any() {
		r.Matches = []RouteMatch{m}
	}
}

// Match is the match of a route of a normal set.
func (r Route) Match() RouteMatch {
	if len(r.Matches) == 0 {
		return RouteMatch{}
	}
	return r.Matches[0]
}

func (m RouteMatch) any() bool { return reflect.DeepEqual(m, RouteMatch{}) }

// compare puts the more specific match first.
func (m RouteMatch) compare(o RouteMatch) int {
	return cmp.Or(
		cmp.Compare(o.path().rank(), m.path().rank()),
		cmp.Compare(len(o.path().String()), len(m.path().String())),
		cmp.Compare(given(o.Method), given(m.Method)),
		cmp.Compare(len(o.Headers)+len(o.Cookies), len(m.Headers)+len(m.Cookies)),
		cmp.Compare(len(o.Query), len(m.Query)),
		cmp.Compare(given(o.From), given(m.From)),
		cmp.Compare(given(o.Scheme), given(m.Scheme)),
		cmp.Compare(o.Port, m.Port),
		cmp.Compare(AsJSON(m), AsJSON(o)),
	)
}

func (m RouteMatch) path() Pattern {
	if m.Path == nil {
		return Pattern{}
	}
	return *m.Path
}

func given[T any](p *T) int {
	if p == nil {
		return 0
	}
	return 1
}

// Same reports whether two routes ask for the same, whatever their targets came to.
func (r Route) Same(o Route) bool { return AsJSON(r) == AsJSON(o) }

// AsJSON is how an annotation says more than a word. It is the same for what is equal: JSON sorts
// the keys of maps.
func AsJSON(of any) string {
	text, err := json.Marshal(of)
	if err != nil {
		return "" // strings and numbers are always encoded
	}
	return string(text)
}

// Spread gives the targets without a weight what the others leave, in equal parts; what
// cannot be divided goes to the first. One target alone gets all, and has no weight.
func Spread(to []RouteTarget) []RouteTarget {
	to = slices.Clone(to)
	left, open := 100, 0
	for _, t := range to {
		left -= t.Weight
		if t.Weight == 0 {
			open++
		}
	}
	if len(to) == 1 {
		if to[0].Weight == 100 {
			to[0].Weight = 0
		}
		return to
	}
	if left < open { // there is nothing to give; Validate says so
		return to
	}
	for i := range to {
		if to[i].Weight == 0 {
			to[i].Weight = (left + open - 1) / open
			left -= to[i].Weight
			open--
		}
	}
	return to
}
