package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// routeFlags are what a route asks for beyond its URL, and what it does beyond its action.
type routeFlags struct {
	headers, cookies, query, addHeaders []string
	method, from                        string
	timeout, faultDelay, retryTimeout   time.Duration
	faultPercentage, faultHTTPCode      int
	faultHTTP2, faultGRPC               string
	retryAttempts                       int
	websocket                           bool
}

func (r *routeFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&r.headers, "header", nil, "only requests with this header, `NAME=VALUE`; NAME alone takes any value; may be repeated")
	f.StringArrayVar(&r.cookies, "cookie", nil, "only requests with this cookie, `NAME=VALUE`; may be repeated, three at most")
	f.StringArrayVar(&r.query, "query", nil, "only requests with this query parameter, `NAME=VALUE`; may be repeated")
	f.StringVar(&r.method, "method", "", "only requests with this method, for example POST")
	f.StringVar(&r.from, "from", "", "only requests of this service's pods inside the mesh, `[STACK/]SERVICE[:REVISION]`")
	f.StringArrayVar(&r.addHeaders, "add-header", nil, "add this header to the request, `NAME=VALUE`; may be repeated")
	f.DurationVar(&r.timeout, "timeout", 0, "how long a request may take in all, retries included, for example 2s")
	f.IntVar(&r.retryAttempts, "retry-attempts", 0, "how often to retry a request after a refused connection, a 502, 503 or 504, or a timeout; 0 is never, and without the flag Istio's default of two holds")
	f.DurationVar(&r.retryTimeout, "retry-timeout", 0, "how long each attempt may take")
	f.IntVar(&r.faultPercentage, "fault-percentage", 100, "share of the requests that get the fault, in percent")
	f.DurationVar(&r.faultDelay, "fault-delay", 0, "delay requests on purpose, for example 3s")
	f.IntVar(&r.faultHTTPCode, "fault-httpcode", 0, "answer with this status on purpose, for example 503")
	f.StringVar(&r.faultGRPC, "fault-grpcerror", "", "answer with this gRPC status on purpose, for example UNAVAILABLE")
	f.StringVar(&r.faultHTTP2, "fault-http2error", "", "refused: Istio injects no HTTP/2 errors")
	f.BoolVar(&r.websocket, "websocket", false, "accepted and not needed: websockets work on every route")
}

// checkTimes wants what Istio takes. A time that is cut down to nothing would not count at all.
func (r *routeFlags) checkTimes(cmd *cobra.Command) error {
	for _, t := range []struct {
		flag  string
		given time.Duration
		none  string
	}{
		{"timeout", r.timeout, "a request may take any time"},
		{"retry-timeout", r.retryTimeout, "an attempt may take as long as the request"},
		{"fault-delay", r.faultDelay, "nothing is delayed"},
	} {
		if cmd.Flags().Changed(t.flag) && (t.given < time.Millisecond || t.given%time.Millisecond != 0) {
			return fmt.Errorf("invalid --%s %s: want whole milliseconds, 1ms or more, for example 2s; without it, %s", t.flag, t.given, t.none)
		}
	}
	return nil
}

// complete adds what the flags say. Whatever is wrong with the route alone is an error here.
func (r *routeFlags) complete(cmd *cobra.Command, route *rio.Route, match rio.RouteMatch, namespace, set string) error {
	changed := cmd.Flags().Changed
	for flag, value := range map[string]string{"from": r.from, "method": r.method} {
		if changed(flag) && value == "" {
			return fmt.Errorf("invalid --%s \"\": without a value the route would take the requests of everybody; leave the flag out for that", flag)
		}
	}
	if err := r.match(&match, namespace, set); err != nil {
		return err
	}
	route.Ask(match)
	if changed("retry-attempts") || changed("retry-timeout") {
		route.Retry = &rio.Retry{Attempts: r.retryAttempts, TimeoutMillis: int(r.retryTimeout.Milliseconds())}
	}
	if changed("fault-percentage") || changed("fault-delay") || changed("fault-httpcode") || changed("fault-grpcerror") || changed("fault-http2error") {
		route.Fault = r.fault(changed("fault-httpcode"))
	}
	return route.ValidateWritten()
}

func (r *routeFlags) match(m *rio.RouteMatch, namespace, set string) error {
	var lower []string
	for _, pair := range r.headers {
		name, value, ok := strings.Cut(pair, "=")
		if name = strings.ToLower(name); ok {
			name += "=" + value
		}
		lower = append(lower, name)
	}
	for _, of := range []struct {
		pairs []string
		into  *map[string]rio.Pattern
	}{{lower, &m.Headers}, {r.cookies, &m.Cookies}, {r.query, &m.Query}} {
		patterns, err := rio.ParsePairs(of.pairs)
		if err != nil {
			return err
		}
		*of.into = patterns
	}
	if r.method != "" {
		p, err := rio.ParsePattern(r.method)
		if err != nil {
			return err
		}
		m.Method = &p
	}
	if r.from != "" {
		from, err := rio.ParseRouteSource(r.from, namespace, set)
		if err != nil {
			return err
		}
		m.From = &from
	}
	return nil
}

// fault takes a status that was given, also one that is none: Validate says so.
func (r *routeFlags) fault(status bool) *rio.Fault {
	f := &rio.Fault{DelayMillis: int(r.faultDelay.Milliseconds())}
	if r.faultPercentage != 100 {
		f.Percentage = &r.faultPercentage
	}
	if status || r.faultGRPC != "" || r.faultHTTP2 != "" {
		f.Abort = &rio.Abort{HTTPStatus: r.faultHTTPCode, GRPCStatus: r.faultGRPC, HTTP2Status: r.faultHTTP2}
	}
	return f
}
