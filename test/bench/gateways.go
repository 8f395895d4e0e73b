package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
)

// gateways are the gateway's Envoys, asked for the route of one host.
type gateways struct {
	host   string
	dumps  []string // URL of each
	closes []func()
}

func openGateways(ctx context.Context, k lab.Kubectl, host string) (*gateways, error) {
	pods, err := lab.GatewayPods(ctx, k)
	if err != nil {
		return nil, err
	}
	g := &gateways{host: host}
	for _, pod := range pods {
		addr, closed, err := lab.Forward(ctx, k, "pod/"+pod, 15000)
		if err != nil {
			g.close()
			return nil, err
		}
		g.closes = append(g.closes, closed)
		g.dumps = append(g.dumps, "http://"+addr+"/config_dump?resource=dynamic_route_configs")
	}
	return g, nil
}

func (g *gateways) close() {
	for _, closed := range g.closes {
		closed()
	}
}

// serve reports whether every Envoy sends v2 this share of the host's requests, percent.
func (g *gateways) serve(ctx context.Context, share int) (bool, error) {
	for _, dump := range g.dumps {
		got, err := g.share(ctx, dump)
		if err != nil || got != share {
			return false, err
		}
	}
	return true, nil
}

// share is what v2 gets in one Envoy; -1 where it is not split.
func (g *gateways) share(ctx context.Context, dump string) (int, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, dump, http.NoBody)
	if err != nil {
		return -1, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return -1, fmt.Errorf("ask a gateway for its routes: %w", err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return -1, fmt.Errorf("read a gateway's routes: %w", err)
	}
	routes, err := lab.RoutesOf(body, g.host)
	if err != nil {
		return -1, err
	}
	for _, r := range routes {
		for _, to := range r.Action.WeightedClusters.Clusters {
			if strings.Contains(to.Name, "|v2|") {
				return to.Weight, nil
			}
		}
	}
	return -1, nil
}
