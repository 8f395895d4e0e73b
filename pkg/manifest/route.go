package manifest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	networking "istio.io/api/networking/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// retryOn is what Istio itself retries on, and what a time limit of each attempt needs: one
// that was too slow counts as 504. https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#x-envoy-retry-on
const retryOn = "gateway-error,connect-failure,refused-stream,unavailable,cancelled"

// httpRoute is one route of a set, as Istio has it.
func httpRoute(set rio.RouteSet, r rio.Route) *networking.HTTPRoute {
	h := &networking.HTTPRoute{Name: routeName(set, r), Timeout: milliseconds(r.TimeoutMillis), Fault: fault(r.Fault)}
	for _, m := range r.Matches {
		h.Match = append(h.Match, routeMatch(set, m))
	}
	if r.Redirect != nil {
		h.Redirect = &networking.HTTPRedirect{Authority: r.Redirect.Host, Uri: r.Redirect.Path}
		return h
	}
	for _, d := range r.Destinations(set.Namespace) {
		h.Route = append(h.Route, &networking.HTTPRouteDestination{Destination: routeDestination(set, d), Weight: int32(d.Weight)})
	}
	if r.Rewrite != nil {
		h.Rewrite = &networking.HTTPRewrite{Authority: r.Rewrite.Host, Uri: r.Rewrite.Path}
	}
	if d, ok := mirrorOf(set, r); ok {
		h.Mirror, h.MirrorPercentage = routeDestination(set, d), &networking.Percent{Value: float64(d.Weight)}
	}
	if r.Retry != nil {
		h.Retries = &networking.HTTPRetry{Attempts: int32(r.Retry.Attempts), PerTryTimeout: milliseconds(r.Retry.TimeoutMillis)}
		if r.Retry.Attempts > 0 {
			h.Retries.RetryOn = retryOn
		}
	}
	if len(r.AddHeaders) > 0 {
		add := map[string]string{}
		for _, pair := range r.AddHeaders {
			name, value, _ := strings.Cut(pair, "=")
			add[name] = value
		}
		h.Headers = &networking.Headers{Request: &networking.Headers_HeaderOperations{Add: add}}
	}
	return h
}

// mirrorOf is the revision that gets copies, and of what share of the requests.
func mirrorOf(set rio.RouteSet, r rio.Route) (rio.Destination, bool) {
	if r.Mirror == nil {
		return rio.Destination{}, false
	}
	alone := *r.Mirror
	alone.Weight = 0
	if len(alone.Split) == 0 {
		alone.Split = map[string]int{alone.Ref("").RevisionName(): 100}
	}
	to := rio.Route{To: []rio.RouteTarget{alone}}.Destinations(set.Namespace)
	if len(to) != 1 {
		return rio.Destination{}, false
	}
	if to[0].Weight = r.Mirror.Weight; r.Mirror.Weight == 0 {
		to[0].Weight = 100
	}
	return to[0], true
}

// routeDestination names a service of another namespace in full.
func routeDestination(set rio.RouteSet, d rio.Destination) *networking.Destination {
	host := d.Service
	if d.Namespace != set.Namespace {
		host += "." + d.Namespace + ".svc.cluster.local"
	}
	to := &networking.Destination{Host: host, Subset: d.RevisionName()}
	if d.Port != 0 {
		to.Port = &networking.PortSelector{Number: uint32(d.Port)}
	}
	return to
}

func milliseconds(n int) *durationpb.Duration {
	if n == 0 {
		return nil
	}
	return durationpb.New(time.Duration(n) * time.Millisecond)
}

func fault(f *rio.Fault) *networking.HTTPFaultInjection {
	if f == nil {
		return nil
	}
	percentage := &networking.Percent{Value: 100}
	if f.Percentage > 0 {
		percentage.Value = float64(f.Percentage)
	}
	out := &networking.HTTPFaultInjection{}
	if f.DelayMillis > 0 {
		out.Delay = &networking.HTTPFaultInjection_Delay{
			Percentage: percentage, HttpDelayType: &networking.HTTPFaultInjection_Delay_FixedDelay{FixedDelay: milliseconds(f.DelayMillis)},
		}
	}
	if a := f.Abort; a != nil {
		out.Abort = &networking.HTTPFaultInjection_Abort{Percentage: percentage, ErrorType: &networking.HTTPFaultInjection_Abort_HttpStatus{HttpStatus: int32(a.HTTPStatus)}}
		if a.GRPCStatus != "" {
			out.Abort.ErrorType = &networking.HTTPFaultInjection_Abort_GrpcStatus{GrpcStatus: a.GRPCStatus}
		}
	}
	return out
}

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
		from := rio.Ref{Namespace: set.Namespace, Service: m.From.Service, Revision: m.From.Revision}
		if m.From.Stack != "" {
			from.Namespace = m.From.Stack
		}
		calledFrom(r, from)
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
