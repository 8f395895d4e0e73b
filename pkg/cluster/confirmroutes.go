package cluster

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// ConfirmRoutes waits until every ready gateway pod has the routes of a set as they are now.
// One without routes is to be gone.
func (c *Client) ConfirmRoutes(ctx context.Context, set rio.RouteSet) (Confirmation, error) {
	gateway := set.Gateway
	if set.Domain == "" {
		gateway = ""
	}
	wanted := func(ctx context.Context) error { return c.routesStillWanted(ctx, set) }
	return c.confirm(ctx, subject{"host", set.Name, gateway, wanted}, "the new routes", func(context.Context) (question, error) {
		return func(ctx context.Context, e *envoy) (bool, error) {
			have, err := e.splits(ctx)
			return err == nil && servesRoutes(have, set), err
		}, nil
	})
}

// ConfirmRoutesMesh asks a sample of the sidecars.
func (c *Client) ConfirmRoutesMesh(ctx context.Context, set rio.RouteSet) (Confirmation, error) {
	wanted := func(ctx context.Context) error { return c.routesStillWanted(ctx, set) }
	return c.confirmMesh(ctx, set.Namespace, fmt.Sprintf("the new routes of %q", set.Name), wanted, func(have map[string][]split) bool { return callsRoutes(have, set) })
}

// servesRoutes reports whether a gateway has the routes of a set, on every port that it serves
// its host on.
func servesRoutes(have map[string][]split, set rio.RouteSet) bool {
	listeners := have[set.Host()]
	if !set.Exists() || set.Inside() {
		return len(listeners) == 0
	}
	served := func(l split) bool { return slices.Equal(l.named, manifest.ServedRoutes(set, l.port)) }
	return set.Domain == "" || len(listeners) > 0 && !slices.ContainsFunc(listeners, func(l split) bool { return !served(l) })
}

// callsRoutes reports whether a sidecar has the routes of a set. One that has no route for it
// does not call it.
func callsRoutes(have map[string][]split, set rio.RouteSet) bool {
	callers := manifest.CallerRoutes(set)
	for host, listeners := range have {
		if !strings.HasPrefix(host, set.Name+"."+set.Namespace+".svc.") || strings.Contains(host, ":") {
			continue
		}
		for _, l := range listeners {
			mine := slices.DeleteFunc(slices.Clone(l.named), func(name string) bool { return !slices.Contains(callers, name) })
			if !slices.Equal(l.named, manifest.ServedRoutes(set, l.port, mine...)) {
				return false
			}
		}
	}
	return true
}

// routesStillWanted reports that somebody has written other routes since.
func (c *Client) routesStillWanted(ctx context.Context, set rio.RouteSet) error {
	vs, err := c.network.virtualService(ctx, set.Namespace, set.Name)
	if ignoreNotFound(err) != nil {
		return err
	}
	var now rio.RouteSet
	if err == nil {
		for _, found := range manifest.ParseRoutes([]manifest.Object{vs}) {
			now = found
		}
	}
	if !alike(now, set) {
		return Mark(fmt.Errorf("somebody else changed the routes of %q while they were waited for; see: kubectl rio route ls -n %s", set.Name, set.Namespace), ErrOvertaken)
	}
	return nil
}

// alike reports whether proxies come to have the same routes of two sets, on every port and for every caller.
func alike(a, b rio.RouteSet) bool {
	ports := []uint32{80}
	for _, r := range slices.Concat(a.Routes, b.Routes) {
		if port := r.Match().Port; port != 0 {
			ports = append(ports, uint32(port))
		}
	}
	differs := func(port uint32) bool {
		return !slices.Equal(manifest.ServedRoutes(a, port), manifest.ServedRoutes(b, port))
	}
	callers := func(set rio.RouteSet) []string { return slices.Sorted(slices.Values(manifest.CallerRoutes(set))) }
	return !slices.ContainsFunc(ports, differs) && slices.Equal(callers(a), callers(b))
}
