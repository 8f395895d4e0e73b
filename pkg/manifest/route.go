package manifest

import (
	"cmp"
	"regexp"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"

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
	h.Rewrite = rewrite(r)
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

// rewrite is how the target sees a request. Envoy puts the path in the place of the matched
// prefix as it stands, so both are made to end in a slash, or neither.
func rewrite(r rio.Route) *networking.HTTPRewrite {
	if r.Rewrite == nil {
		return nil
	}
	path, prefix := r.Rewrite.Path, "/"
	if p := r.Match().Path; p != nil {
		prefix = p.Prefix // none: the path is replaced whole
	}
	to := &networking.HTTPRewrite{Authority: r.Rewrite.Host, Uri: path}
	switch slashed := strings.HasSuffix(path, "/"); {
	case path == "" || prefix == "":
	case strings.HasSuffix(prefix, "/") && !slashed:
		to.Uri += "/"
	case slashed && !strings.HasSuffix(prefix, "/"):
		to.Uri = ""
		to.UriRegexRewrite = &networking.RegexRewrite{
			Match: "^" + regexp.QuoteMeta(prefix) + "/?(.*)", Rewrite: strings.ReplaceAll(path, `\`, `\\`) + `\1`,
		}
	}
	return to
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

// defaultCluster is the domain of nearly all Kubernetes clusters.
const defaultCluster = "cluster.local"

// clusterOf is the cluster's domain, by which a route names a service of another stack; empty where it is
// the usual one, or none does.
func clusterOf(vs *istio.VirtualService) string {
	for _, r := range vs.Spec.Http {
		if !isRoute(r) {
			continue
		}
		led := []*networking.Destination{r.GetMirror()}
		for _, to := range r.Route {
			led = append(led, to.GetDestination())
		}
		for _, to := range led {
			if _, domain, ok := strings.Cut(to.GetHost(), ".svc."); ok && domain != defaultCluster {
				return domain
			}
		}
	}
	return ""
}

// routeDestination names a service of another namespace in full.
func routeDestination(set rio.RouteSet, d rio.Destination) *networking.Destination {
	host := d.Service
	if d.Namespace != set.Namespace {
		host += "." + d.Namespace + ".svc." + cmp.Or(set.Cluster, defaultCluster)
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
	if f.Percentage != nil {
		percentage.Value = float64(*f.Percentage)
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
