package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

var routeAddExample = `
  # http://www.default.DOMAIN/api/... goes to service api, split by its weights
  kubectl rio route add 'www/api*' to api

  # Everything else to two services, and a copy of it to a third
  kubectl rio route add www to front,weight=90% shop/front:v2,weight=10%
  kubectl rio route add www mirror audit

  # By header, and from one caller only, with a time limit and retries
  kubectl rio route add --header x-team=blue --from shop/cart --timeout 2s --retry-attempts 3 'www/api*' to api:v2

  # Elsewhere, and under another path
  kubectl rio route add www/old redirect www.example.org/new
  kubectl rio route add 'www/v1*' rewrite api/v2

  # What a slow, failing service is like
  kubectl rio route add --fault-percentage 10 --fault-delay 3s --fault-httpcode 503 'www/api*' to api`

const routeAddLong = `Route requests for HOST, which must not be the name of a service, to services (to), send a copy of them to one more (mirror), or send callers
elsewhere (redirect); or change the host and path that the target sees (rewrite). A target without a revision follows the weights of its service, also
when they change. A value is exact, PREFIX* or regexp(EXPRESSION). Of several routes of a host, the most specific one counts: exact paths come before
expressions, and these before prefixes, the longest first; then routes with a method, with more headers and cookies, with more query parameters, with
a caller. A route with the same match is replaced, which is said; a mirror is added to it. HOST.STACK makes the stack where there is none.`

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
			if err := flags.checkTimes(cmd); err != nil {
				return usageError(err)
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
				if from := route.Match().From; from != nil {
					if err := m.mustCall(ctx, from.Ref(ref.Namespace), rio.Ref{}); err != nil {
						return err
					}
				}
				return m.changeRoutes(ctx, ref, func(have cluster.Routes) (rio.RouteSet, error) { return plan.AddRoute(have.Set, route) })
			})
		},
	}
	m.addFlags(cmd)
	flags.add(cmd)
	completeFlagBy(cmd, "from", completeServices(o))
	return cmd
}
