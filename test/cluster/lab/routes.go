package lab

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// Route is the part of a route of Envoy that says who gets a request, and whether it is sent again,
// https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto
type Route struct {
	Action struct {
		RetryPolicy      *retryPolicy `json:"retry_policy"`
		WeightedClusters struct {
			Clusters []struct {
				Name   string `json:"name"` // outbound|PORT|SUBSET|HOST
				Weight int    `json:"weight"`
			} `json:"clusters"`
		} `json:"weighted_clusters"`
	} `json:"route"`
}

type retryPolicy struct {
	RetryOn    string `json:"retry_on"`
	NumRetries *int   `json:"num_retries"` // 1 when absent
}

func (p *retryPolicy) retries() bool {
	return p != nil && p.RetryOn != "" && (p.NumRetries == nil || *p.NumRetries > 0)
}

// RoutesOf reads Envoy's answer to config_dump?resource=dynamic_route_configs: the routes of a
// host, none where Envoy does not know it. What has no retry policy has that of its host.
func RoutesOf(dump []byte, host string) ([]Route, error) {
	var table struct {
		Configs []struct {
			RouteConfig struct {
				VirtualHosts []struct {
					Domains     []string     `json:"domains"`
					RetryPolicy *retryPolicy `json:"retry_policy"`
					Routes      []Route      `json:"routes"`
				} `json:"virtual_hosts"`
			} `json:"route_config"`
		} `json:"configs"`
	}
	// pilot-agent logs to standard output, too; the dump is what begins with a brace.
	if err := json.Unmarshal(dump[max(0, bytes.IndexByte(dump, '{')):], &table); err != nil {
		return nil, fmt.Errorf("read Envoy's route table: %w", err)
	}
	var routes []Route
	for _, c := range table.Configs {
		for _, vh := range c.RouteConfig.VirtualHosts {
			if !slices.Contains(vh.Domains, host) {
				continue
			}
			for _, r := range vh.Routes {
				if r.Action.RetryPolicy == nil {
					r.Action.RetryPolicy = vh.RetryPolicy
				}
				routes = append(routes, r)
			}
		}
	}
	return routes, nil
}
