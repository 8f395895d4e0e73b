package cli

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

var routeAddExample = `
  # http://www.default.DOMAIN/api/... goes to service api, split by its weights
  kubectl rio route add www/api* to api

  # Everything else to two services, and a copy of it to a third
  kubectl rio route add www to front,weight=90% shop/front:v2,weight=10%
  kubectl rio route add www mirror audit

  # By header, and from one caller only, with a time limit and retries
  kubectl rio route add --header x-team=blue --from shop/cart --timeout 2s --retry-attempts 3 www/api* to api:v2

  # Elsewhere, and under another path
  kubectl rio route add www/old redirect www.example.org/new
  kubectl rio route add www/v1* rewrite api/v2

  # What a slow, failing service is like
  kubectl rio route add --fault-percentage 10 --fault-delay 3s --fault-httpcode 503 www/api* to api`

const routeAddLong = `Route requests for HOST, which must not be the name of a service, to services (to), send a copy of them to one more (mirror), or send callers
elsewhere (redirect); or change the host and path that the target sees (rewrite). A target without a revision follows the weights of its service, also
when they change. A value is exact, PREFIX* or regexp(EXPRESSION). Of several routes of a host, the most specific one counts: exact paths come before
expressions, and these before prefixes, the longest first; then routes with a method, with more headers and cookies, with more query parameters, with
a caller. A route with the same match is replaced; a mirror is added to it.`

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

func newRouteAddCmd(o *Options) *cobra.Command {
	m := newMutation(o)
	m.timeoutFlag = "wait-timeout" // as Rio has it; --timeout is the request's
	var flags routeFlags
	cmd := &cobra.Command{
		Use:               "add [flags] [SCHEME://]HOST[.STACK][:PORT][/PATH] to|mirror|redirect|rewrite TARGET...",
		Short:             "Add a route, or replace the one for the same requests",
		Long:              routeAddLong,
		Example:           routeAddExample,
		Args:              atLeast(3, "HOST[/PATH] to|mirror|redirect|rewrite TARGET"),
		ValidArgsFunction: completeRouteAdd(o),
		RunE: func(cmd *cobra.Command, args []string) error {
			namespace, err := o.namespace()
			if err != nil {
				return err
			}
			ref, match, err := rio.ParseRouteURL(args[0], namespace)
			if err != nil {
				return usageError(err)
			}
			if cmd.Flags().Changed("timeout") && flags.timeout < time.Millisecond {
				return usagef("invalid --timeout %s: want 1ms or more, for example 2s; without it, a request may take any time", flags.timeout)
			}
			route := rio.Route{Websocket: flags.websocket, AddHeaders: flags.addHeaders, TimeoutMillis: int(flags.timeout.Milliseconds())}
			if err := route.Do(args[1], args[2:], namespace, ref.Namespace); err != nil {
				return usageError(err)
			}
			err = flags.complete(cmd, &route, match, namespace, ref.Namespace)
			if err != nil {
				return usageError(err)
			}
			if flags.websocket {
				o.talk("--websocket is not needed: websockets work on every route")
			}
			return each(m, cmd, args, []rio.Ref{ref}, func(ctx context.Context, ref rio.Ref) error {
				return m.changeRoutes(ctx, ref, func(have cluster.Routes) (rio.RouteSet, error) { return plan.AddRoute(have.Set, route) })
			})
		},
	}
	m.addFlags(cmd)
	flags.add(cmd)
	return cmd
}

// complete adds what the flags say. Whatever is wrong with the route alone is an error here.
func (r *routeFlags) complete(cmd *cobra.Command, route *rio.Route, match rio.RouteMatch, namespace, set string) error {
	if err := r.match(&match, namespace, set); err != nil {
		return err
	}
	route.Ask(match)
	changed := cmd.Flags().Changed
	if changed("retry-attempts") || changed("retry-timeout") {
		route.Retry = &rio.Retry{Attempts: r.retryAttempts, TimeoutMillis: int(r.retryTimeout.Milliseconds())}
	}
	if changed("fault-percentage") || changed("fault-delay") || changed("fault-httpcode") || changed("fault-grpcerror") || changed("fault-http2error") {
		route.Fault = r.fault()
	}
	return route.Validate()
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
		t, err := rio.ParseRouteTarget(r.from, namespace, set)
		if err != nil {
			return err
		}
		m.From = &rio.RouteSource{Service: t.Service, Stack: t.Stack, Revision: t.Revision}
	}
	return nil
}

func (r *routeFlags) fault() *rio.Fault {
	f := &rio.Fault{DelayMillis: int(r.faultDelay.Milliseconds())}
	if r.faultPercentage != 100 {
		f.Percentage = &r.faultPercentage
	}
	if r.faultHTTPCode != 0 || r.faultGRPC != "" || r.faultHTTP2 != "" {
		f.Abort = &rio.Abort{HTTPStatus: r.faultHTTPCode, GRPCStatus: r.faultGRPC, HTTP2Status: r.faultHTTP2}
	}
	return f
}
