package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
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

// routeDump is the part of Envoy's route configuration that says weights,
// https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto
type routeDump struct {
	Configs []struct {
		RouteConfig struct {
			VirtualHosts []struct {
				Domains []string `json:"domains"`
				Routes  []struct {
					Route struct {
						WeightedClusters struct {
							Clusters []struct {
								Name   string `json:"name"` // outbound|PORT|SUBSET|HOST
								Weight int    `json:"weight"`
							} `json:"clusters"`
						} `json:"weighted_clusters"`
					} `json:"route"`
				} `json:"routes"`
			} `json:"virtual_hosts"`
		} `json:"route_config"`
	} `json:"configs"`
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
	var d routeDump
	if err := json.NewDecoder(answer.Body).Decode(&d); err != nil {
		return -1, fmt.Errorf("read a gateway's routes: %w", err)
	}
	for _, c := range d.Configs {
		for _, vh := range c.RouteConfig.VirtualHosts {
			if !slices.Contains(vh.Domains, g.host) {
				continue
			}
			for _, r := range vh.Routes {
				for _, to := range r.Route.WeightedClusters.Clusters {
					if strings.Contains(to.Name, "|v2|") {
						return to.Weight, nil
					}
				}
			}
		}
	}
	return -1, nil
}
