package cluster

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
)

// envoy is the admin interface of one gateway pod's Envoy, reached by a port-forward,
// https://www.envoyproxy.io/docs/envoy/latest/operations/admin
type envoy struct {
	*forwarded
	pod  string
	home string // the Kubernetes cluster that it is in, as Istio calls it; empty: not known
	base string
}

// envoyAdminPort is where Istio's proxies serve it, on the pod's loopback only.
const envoyAdminPort = 15000

// dialEnvoy opens the port-forward; close ends it.
func (c *Client) dialEnvoy(ctx context.Context, pod *corev1.Pod) (*envoy, error) {
	f, err := c.forward(ctx, pod, envoyAdminPort)
	if err != nil {
		return nil, err
	}
	return &envoy{f, pod.Name, homeOf(pod), "http://" + f.address}, nil
}

// dump reads one resource of the config dump into v.
func (e *envoy) dump(ctx context.Context, query string, v any) error {
	return e.ask(ctx, "/config_dump?"+query, v)
}

// routeDump is the part of RoutesConfigDump that says where requests go.
type routeDump struct {
	Configs []struct {
		RouteConfig struct {
			Name         string `json:"name"`
			VirtualHosts []struct {
				Domains []string `json:"domains"`
				Routes  []struct {
					Name  string                     `json:"name"`
					Match map[string]json.RawMessage `json:"match"`
					Route action                     `json:"route"`
				} `json:"routes"`
			} `json:"virtual_hosts"`
		} `json:"route_config"`
	} `json:"configs"`
}

// action is where an HTTP route or a TCP filter leads: to one cluster, or to several by weight.
type action struct {
	Cluster          string `json:"cluster"`
	WeightedClusters struct {
		Clusters []weightedCluster `json:"clusters"`
	} `json:"weighted_clusters"`
}

type weightedCluster struct {
	Name   string `json:"name"`
	Weight int    `json:"weight"` // percent
}

func (a action) clusters() []weightedCluster {
	if a.Cluster != "" {
		return []weightedCluster{{a.Cluster, 100}}
	}
	return a.WeightedClusters.Clusters
}

// split is where the requests for a host go: the share of each subset, in percent, of what no
// narrower route takes, and the names of our narrower ones.
type split struct {
	shares map[string]int
	by     string // the name of the route that they are of
	named  []string
	port   uint32 // of the listener
}

// splits gives them by host, with and without its port, once for each port that the proxy
// listens on.
func (e *envoy) splits(ctx context.Context) (map[string][]split, error) {
	var dump routeDump
	if err := e.dump(ctx, "resource=dynamic_route_configs", &dump); err != nil {
		return nil, err
	}
	byHost := map[string][]split{}
	for _, c := range dump.Configs {
		for _, vh := range c.RouteConfig.VirtualHosts {
			found := split{shares: map[string]int{}, port: portOf(c.RouteConfig.Name)}
			for _, r := range vh.Routes {
				if manifest.IsNamedRoute(r.Name) && !slices.Contains(found.named, r.Name) {
					found.named = append(found.named, r.Name)
				}
				if !catchesAll(r.Match) {
					continue
				}
				found.by = r.Name
				for _, w := range r.Route.clusters() {
					subset, _ := partsOf(w.Name)
					found.shares[subset] += w.Weight
				}
				break // Envoy takes the first route that matches
			}
			slices.Sort(found.named)
			for _, domain := range vh.Domains {
				byHost[domain] = append(byHost[domain], found)
			}
		}
	}
	return byHost, nil
}

// portOf reads the port off the name of a route table: http.80 at a gateway, https.443 and more
// behind it where it ends TLS, 80 at a sidecar.
func portOf(table string) uint32 {
	for part := range strings.SplitSeq(table, ".") {
		if n, err := strconv.ParseUint(part, 10, 16); err == nil {
			return uint32(n)
		}
	}
	return 0
}

// catchesAll reports whether a route takes every path, whatever else is in the request.
func catchesAll(match map[string]json.RawMessage) bool {
	for key := range match {
		if key != "prefix" && key != "case_sensitive" {
			return false
		}
	}
	return string(match["prefix"]) == `"/"`
}

// partsOf reads off the name of a cluster, outbound|PORT|SUBSET|HOST, the subset and NAME.NAMESPACE
// of the host. Others have neither.
func partsOf(cluster string) (subset, service string) {
	parts := strings.Split(cluster, "|")
	if len(parts) != 4 {
		return "", ""
	}
	service, _, _ = strings.Cut(parts[3], ".svc.")
	return parts[2], service
}
