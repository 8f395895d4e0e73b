package rio

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Validate says what is wrong with a route on its own; what it leads to is looked at when it
// is planned.
func (r Route) Validate() error {
	for _, m := range r.Matches {
		if err := m.validate(); err != nil {
			return err
		}
	}
	if err := r.validAction(); err != nil {
		return err
	}
	added := map[string]bool{}
	for _, pair := range r.AddHeaders {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || !token.MatchString(strings.ToLower(name)) || strings.EqualFold(name, "host") || !headerValue.MatchString(value) {
			return fmt.Errorf("invalid header %q to add: want NAME=VALUE in plain characters, for example: x-from=rio", pair)
		}
		if strings.Contains(value, "%") {
			return fmt.Errorf("invalid header %q to add: a %% begins a variable of the gateway's there, and it takes no routes of anybody any more when it does not know one; leave it out", pair)
		}
		if name = strings.ToLower(name); added[name] {
			return fmt.Errorf("invalid header %q to add: %s is given twice, and a route of Istio's adds one value of a name; give one, with a comma between its parts", pair, name)
		}
		added[name] = true
	}
	return r.validLimits()
}

// validAction wants one answer, and nothing that cannot be with it.
func (r Route) validAction() error {
	limited := r.Fault != nil || r.Retry != nil || r.TimeoutMillis != 0 || len(r.AddHeaders) > 0
	switch {
	case r.Redirect != nil && (len(r.To) > 0 || r.Mirror != nil || r.Rewrite != nil):
		return fmt.Errorf("a redirect answers by itself: it cannot be with to, mirror or rewrite")
	case r.Redirect != nil && limited:
		return fmt.Errorf("a redirect answers by itself: it has no fault, retries, timeout or added headers")
	case r.Redirect != nil:
		return r.Redirect.validate()
	case r.Mirror != nil && len(r.To) == 0 && r.Rewrite == nil && limited:
		return fmt.Errorf("a mirror only copies what another route gets: it has no fault, retries, timeout or added headers of its own; give them to that route, with to or rewrite")
	case r.Rewrite != nil:
		if err := r.Rewrite.validate(); err != nil {
			return err
		}
		if len(r.To) == 0 && len(r.RewriteTargets("")) == 0 {
			return fmt.Errorf("invalid target %q: want SERVICE[.STACK][/PATH]; requests can be sent on to services only, others are sent away: redirect %s", r.Rewrite, r.Rewrite)
		}
	case len(r.To) == 0 && r.Mirror == nil:
		return fmt.Errorf("the route leads nowhere: want to, mirror, redirect or rewrite")
	}
	return validTargets(r.To)
}

// validTargets wants each revision once, and weights that sum to 100. On another port a revision
// may be named again: a promotion makes latest of two that were led to on ports of their own.
func validTargets(to []RouteTarget) error {
	sum := 0
	named := map[Ref][]RouteTarget{}
	for _, t := range to {
		sum += t.Weight
		ref := t.Ref("").Of("")
		overlaps := func(o RouteTarget) bool {
			return o.Revision == "" || t.Revision == "" || o.Revision == t.Revision && o.Port == t.Port
		}
		if slices.ContainsFunc(named[ref], overlaps) {
			return fmt.Errorf("target %q overlaps with another one: name each revision once", t)
		}
		named[ref] = append(named[ref], t)
	}
	if len(to) > 1 && sum != 100 || len(to) == 1 && sum != 0 && sum != 100 {
		return fmt.Errorf("weights of the targets sum to %d%%, want 100%% (%s)", sum, joined(to))
	}
	return nil
}

func joined(to []RouteTarget) string {
	var parts []string
	for _, t := range to {
		parts = append(parts, t.String())
	}
	return strings.Join(parts, " ")
}

// RewriteTargets is the service that the host of a rewrite names, SERVICE[.STACK]; none when it
// names no service.
func (r Route) RewriteTargets(namespace string) []RouteTarget {
	service, stack, _ := strings.Cut(r.Rewrite.Host, ".")
	t := RouteTarget{Service: service, Stack: stack}
	if t.Ref("any").validate() != nil {
		return nil
	}
	if t.Stack == namespace {
		t.Stack = ""
	}
	return []RouteTarget{t}
}

// maxCookies is how many cookies a route may ask for: they stand in one header, in any order,
// and the expression that finds them there doubles with each.
const maxCookies = 3

var (
	pathPattern   = regexp.MustCompile(`^/[!-"$-)+->@-~]*$`) // no space, #, ? or *
	methodPattern = regexp.MustCompile(`^[A-Z]+$`)
)

func (m RouteMatch) validate() error {
	if p := m.Path; p != nil {
		for _, text := range []string{p.Exact, p.Prefix} {
			if text != "" && !pathPattern.MatchString(text) {
				return fmt.Errorf("invalid path %q: want /PATH, /PREFIX* or regexp(EXPRESSION)", p)
			}
		}
	}
	if p := m.Method; p != nil && p.Exact != "" && !methodPattern.MatchString(p.Exact) {
		return fmt.Errorf("invalid method %q: want capital letters, for example: POST", p.Exact)
	}
	if p := m.Scheme; p != nil && p.Exact != "" && p.Exact != "http" && p.Exact != "https" {
		return fmt.Errorf("invalid scheme %q: want http or https", p.Exact)
	}
	for _, p := range []*Pattern{m.Path, m.Scheme, m.Method} {
		if p != nil {
			if err := p.validate(); err != nil {
				return err
			}
		}
	}
	if len(m.Cookies) > maxCookies {
		return fmt.Errorf("%d cookies are asked for, want at most %d", len(m.Cookies), maxCookies)
	}
	if m.From != nil {
		if err := (Ref{"any", m.From.Service, m.From.Revision}).validate(); err != nil {
			return fmt.Errorf("invalid caller: %w", err)
		}
	}
	return m.validPairs()
}

func (m RouteMatch) validPairs() error {
	for _, name := range slices.Sorted(maps.Keys(m.Headers)) {
		if name == MatchCookie {
			return fmt.Errorf("invalid header %q: a request has its cookies in one header; ask for one: --cookie NAME=VALUE", name)
		}
		if !token.MatchString(name) {
			return fmt.Errorf("invalid header %q: want its name in lower case", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.Cookies)) {
		if p := m.Cookies[name]; !cookieName.MatchString(name) || p.Exact != "" && !cookieValue.MatchString(p.Exact) || p.Prefix != "" && !cookieValue.MatchString(p.Prefix) {
			return fmt.Errorf("invalid cookie %q: want a name and a value without spaces, quotes, commas, semicolons and backslashes, for example: beta=1", name+"="+p.String())
		}
	}
	for _, patterns := range []map[string]Pattern{m.Headers, m.Cookies, m.Query} {
		for _, name := range slices.Sorted(maps.Keys(patterns)) {
			if err := patterns[name].validate(); err != nil {
				return err
			}
		}
	}
	return nil
}
