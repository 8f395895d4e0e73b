package cluster

import (
	"context"
	"net"
	"net/url"
	"regexp"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// endpointDump is the part of EndpointsConfigDump that says which pods get requests.
type endpointDump struct {
	Configs []struct {
		EndpointConfig struct {
			Endpoints []struct {
				LbEndpoints []lbEndpoint `json:"lb_endpoints"`
			} `json:"endpoints"`
		} `json:"endpoint_config"`
	} `json:"configs"`
}

type lbEndpoint struct {
	HealthStatus string `json:"health_status"`
	Endpoint     struct {
		Address struct {
			SocketAddress struct {
				Address string `json:"address"`
			} `json:"socket_address"`
			InternalAddress struct {
				EndpointID string `json:"endpoint_id"`
			} `json:"envoy_internal_address"`
		} `json:"address"`
	} `json:"endpoint"`
	Metadata struct {
		FilterMetadata struct {
			Istio struct {
				Workload string `json:"workload"`
			} `json:"istio"`
		} `json:"filter_metadata"`
	} `json:"metadata"`
}

// address is the pod's. Where the mesh is ambient, Envoy sends to a tunnel within itself, which
// has the pod's address and port as its name.
func (l lbEndpoint) address() string {
	if id := l.Endpoint.Address.InternalAddress.EndpointID; id != "" {
		host, _, _ := net.SplitHostPort(id)
		return host
	}
	return l.Endpoint.Address.SocketAddress.Address
}

// home is the Kubernetes cluster that the pod is in. Istio notes it as the last part of
// WORKLOAD;NAMESPACE;SERVICE;REVISION;CLUSTER.
func (l lbEndpoint) home() string {
	parts := strings.Split(l.Metadata.FilterMetadata.Istio.Workload, ";")
	if len(parts) < 5 {
		return ""
	}
	return parts[4]
}

// serving reports whether Envoy sends it requests. Istio names pods before they are ready, and
// while they end.
func (l lbEndpoint) serving() bool {
	return l.HealthStatus != "UNHEALTHY" && l.HealthStatus != "DRAINING"
}

// homeOf is the Kubernetes cluster of a pod with a proxy, as Istio told the proxy.
func homeOf(pod *corev1.Pod) string {
	for _, c := range rio.Containers(&pod.Spec) {
		for _, v := range c.Env {
			if v.Name == "ISTIO_META_CLUSTER_ID" {
				return v.Value
			}
		}
	}
	return ""
}

// endpoints are the addresses to which the proxy sends requests for a cluster of its own: those
// of pods in its own Kubernetes cluster. A mesh may have others, which no command here changes.
func (e *envoy) endpoints(ctx context.Context, cluster string) (sets.Set[string], error) {
	var dump endpointDump
	query := url.Values{"include_eds": {""}, "resource": {"dynamic_endpoint_configs"}, "name_regex": {"^" + regexp.QuoteMeta(cluster) + ".*"}}
	if err := e.dump(ctx, query.Encode(), &dump); err != nil {
		return nil, err
	}
	known := sets.Set[string]{}
	for _, c := range dump.Configs {
		for _, locality := range c.EndpointConfig.Endpoints {
			for _, l := range locality.LbEndpoints {
				elsewhere := e.home != "" && l.home() != "" && l.home() != e.home
				if l.serving() && !elsewhere {
					known.Insert(l.address())
				}
			}
		}
	}
	return known, nil
}

// backends are the ready pods that a proxy is to know of one of its clusters.
type backends struct {
	ips    sets.Set[string] // as kube-proxy and Istio see them; of a pod with two, its first
	firsts firsts
}

// knows reports whether what the proxy knows of these clusters is enough.
func (e *envoy) knows(ctx context.Context, ready map[string]backends, enough func(known, ready sets.Set[string]) bool) (bool, error) {
	for cluster, b := range ready {
		known, err := e.endpoints(ctx, cluster)
		if err != nil || !enough(b.firsts.of(known), b.ips) {
			return false, err
		}
	}
	return true, nil
}
