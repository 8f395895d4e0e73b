package rio

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Actions of a route.
const (
	ActionTo       = "to"
	ActionMirror   = "mirror"
	ActionRedirect = "redirect"
	ActionRewrite  = "rewrite"
)

const (
	routeForm  = "[SCHEME://]HOST[.STACK][:PORT][/PATH]"
	targetForm = "[STACK/]SERVICE[:REVISION][,port=N][,weight=N%]"
)

// ParseRouteURL reads [SCHEME://]HOST[.STACK][:PORT][/PATH]: the name of a route set, and what
// of a request the rest says. A path is one path, PREFIX* or regexp(EXPRESSION).
func ParseRouteURL(s, namespace string) (Ref, RouteMatch, error) {
	invalid := func(err error) (Ref, RouteMatch, error) {
		return Ref{}, RouteMatch{}, fmt.Errorf("invalid route %q: %w, want %s", s, err, routeForm)
	}
	var m RouteMatch
	rest := s
	if scheme, after, ok := strings.Cut(rest, "://"); ok {
		rest, m.Scheme = after, &Pattern{Exact: scheme}
	}
	authority, path, hasPath := strings.Cut(rest, "/")
	host, port, hasPort := strings.Cut(authority, ":")
	if hasPort {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return invalid(fmt.Errorf("%q is not a port number", port))
		}
		m.Port = int32(n)
	}
	ref := Ref{Namespace: namespace, Service: host}
	if name, stack, ok := strings.Cut(host, "."); ok {
		ref.Service, ref.Namespace = name, stack
	}
	if err := ref.validate(); err != nil {
		return invalid(err)
	}
	if hasPath {
		p, err := parsePath(path)
		if err != nil {
			return invalid(err)
		}
		m.Path = p
	}
	return ref, m, m.validate()
}

// parsePath reads what follows the first slash. Nothing, and a lone star, take every path.
func parsePath(s string) (*Pattern, error) {
	if !strings.HasPrefix(s, "regex(") && !strings.HasPrefix(s, "regexp(") {
		s = "/" + s
	}
	p, err := ParsePattern(s)
	if err != nil || p == (Pattern{Exact: "/"}) || p == (Pattern{Prefix: "/"}) {
		return nil, err
	}
	return &p, nil
}

// Do gives a route its action. Targets without a stack are in namespace, and kept as seen from
// that of the set.
func (r *Route) Do(action string, targets []string, namespace, set string) error {
	switch {
	case action != ActionTo && action != ActionMirror && action != ActionRedirect && action != ActionRewrite:
		return fmt.Errorf("invalid action %q: want to, mirror, redirect or rewrite", action)
	case action != ActionTo && len(targets) != 1:
		return fmt.Errorf("%d targets for %s, want one", len(targets), action)
	}
	if action == ActionRedirect || action == ActionRewrite {
		h, err := ParseHostPath(targets[0])
		if r.Rewrite = &h; action == ActionRedirect {
			r.Redirect, r.Rewrite = &h, nil
		}
		return err
	}
	for _, text := range targets {
		t, err := ParseRouteTarget(text, namespace, set)
		if err != nil {
			return err
		}
		if r.To = append(r.To, t); action == ActionMirror {
			r.Mirror, r.To = &t, nil
		}
	}
	r.To = Spread(r.To)
	return nil
}

// ParseRouteTarget reads [STACK/]SERVICE[:REVISION][,port=N][,weight=N%].
func ParseRouteTarget(s, namespace, set string) (RouteTarget, error) {
	name, options, hasOptions := strings.Cut(s, ",")
	ref, err := ParseRef(name, namespace)
	if err != nil {
		return RouteTarget{}, fmt.Errorf("invalid target %q: %w", s, err)
	}
	t := RouteTarget{Service: ref.Service, Revision: ref.Revision}
	if ref.Namespace != set {
		t.Stack = ref.Namespace
	}
	for option := range strings.SplitSeq(options, ",") {
		key, value, _ := strings.Cut(option, "=")
		switch key {
		case "":
			if hasOptions {
				return t, fmt.Errorf("invalid target %q: want %s", s, targetForm)
			}
		case "port":
			n, err := strconv.ParseUint(value, 10, 16)
			if err != nil || n == 0 {
				return t, fmt.Errorf("invalid target %q: %q is not a port number, want %s", s, value, targetForm)
			}
			t.Port = int32(n)
		case "weight":
			if t.Weight, err = ParsePercent(value); err != nil || t.Weight == 0 {
				return t, fmt.Errorf("invalid target %q: weight %q, want a whole percent, 1%% to 100%%", s, value)
			}
		default:
			return t, fmt.Errorf("invalid target %q: no option %q, want %s", s, key, targetForm)
		}
	}
	return t, nil
}

// ParseRouteSource reads a caller, [STACK/]SERVICE[:REVISION].
func ParseRouteSource(s, namespace, set string) (RouteSource, error) {
	if strings.Contains(s, ",") {
		return RouteSource{}, fmt.Errorf("invalid caller %q: it has no port and no weight, want [STACK/]SERVICE[:REVISION]", s)
	}
	t, err := ParseRouteTarget(s, namespace, set)
	return RouteSource{Service: t.Service, Stack: t.Stack, Revision: t.Revision}, err
}

// String is the form ParseRouteTarget reads.
func (t RouteTarget) String() string {
	s := t.Ref("").In("")
	if t.Revision == Latest {
		s += ":" + Latest
	}
	if t.Port != 0 {
		s += fmt.Sprintf(",port=%d", t.Port)
	}
	if t.Weight != 0 {
		s += fmt.Sprintf(",weight=%d%%", t.Weight)
	}
	return s
}

// hostPattern is a DNS name, or a short name of the mesh, with or without a port.
var hostPattern = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*(:[0-9]{1,5})?$`)

// ParseHostPath reads HOST[/PATH] or /PATH.
func ParseHostPath(s string) (HostPath, error) {
	host, path, hasPath := strings.Cut(s, "/")
	h := HostPath{Host: host}
	if hasPath {
		h.Path = "/" + path
	}
	return h, h.validate()
}

func (h HostPath) validate() error {
	switch {
	case h == HostPath{}, h.Host != "" && !hostPattern.MatchString(h.Host), h.Path != "" && !pathPattern.MatchString(h.Path):
		return fmt.Errorf("invalid target %q: want HOST[/PATH] or /PATH, for example: www.example.org/new", h)
	}
	return nil
}

// String is the form ParseHostPath reads.
func (h HostPath) String() string { return h.Host + h.Path }

// ParsePairs reads NAME=VALUE flags, VALUE being a pattern; NAME alone takes any value.
func ParsePairs(pairs []string) (map[string]Pattern, error) {
	if len(pairs) == 0 {
		return nil, nil
	}
	out := map[string]Pattern{}
	for _, pair := range pairs {
		name, value, hasValue := strings.Cut(pair, "=")
		if _, twice := out[name]; twice || name == "" {
			return nil, fmt.Errorf("invalid match %q: want NAME=VALUE, each name once", pair)
		}
		p := Pattern{}
		if hasValue && value != "*" {
			var err error
			if p, err = ParsePattern(value); err != nil {
				return nil, err
			}
			if p.Any() {
				return nil, fmt.Errorf("invalid match %q: the value is empty; NAME alone takes any", pair)
			}
		}
		out[name] = p
	}
	return out, nil
}
