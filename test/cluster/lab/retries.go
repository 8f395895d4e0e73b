package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// notEnding prints the names of pods without those of an earlier rollout: they are Running
// until the last container is gone, and nothing can be asked in that one any more.
const notEnding = `go-template={{range .items}}{{if not .metadata.deletionTimestamp}}{{.metadata.name}}{{"\n"}}{{end}}{{end}}`

// GatewayPods are the names of the gateway's pods that run; an error, where there are none.
func GatewayPods(ctx context.Context, k Kubectl) ([]string, error) {
	pods, err := k.Run(ctx, "get", "pods", "-n", "rio-system", "-l", "gateway=external", "--field-selector", "status.phase=Running", "-o", notEnding)
	if err == nil && strings.TrimSpace(pods) == "" {
		err = errors.New("no pod in rio-system has the label gateway=external")
	}
	return strings.Fields(pods), err
}

// RetriesOff asks Envoy itself, in every gateway pod, whether it would send a request
// for a host again: if so, a test for lost requests on that host is blind. The error
// says how to switch the retries off. What stays is inside a pod: Istio has each sidecar
// ask its own container again when that closed a connection before it got the request
// (route.BuildDefaultHTTPInboundRoute), and no setting changes that.
func RetriesOff(ctx context.Context, k Kubectl, host string) error {
	pods, err := GatewayPods(ctx, k)
	if err != nil {
		return err
	}
	for _, pod := range pods {
		dump, err := k.Run(ctx, "exec", "-n", "rio-system", pod, "--", "pilot-agent", "request", "GET", "config_dump?resource=dynamic_route_configs")
		if err != nil {
			return err
		}
		if err := noRetries([]byte(dump), host); err != nil {
			return fmt.Errorf("%s: %w", pod, err)
		}
	}
	return nil
}

// virtualHost is the part of Envoy's route configuration that says what is sent again,
// https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto
type virtualHost struct {
	Domains     []string     `json:"domains"`
	RetryPolicy *retryPolicy `json:"retry_policy"`
	Routes      []struct {
		Route struct {
			RetryPolicy *retryPolicy `json:"retry_policy"`
		} `json:"route"`
	} `json:"routes"`
}

type retryPolicy struct {
	RetryOn    string `json:"retry_on"`
	NumRetries *int   `json:"num_retries"` // 1 when absent
}

func (p *retryPolicy) retries() bool {
	return p != nil && p.RetryOn != "" && (p.NumRetries == nil || *p.NumRetries > 0)
}

func noRetries(dump []byte, host string) error {
	var config struct {
		Configs []struct {
			RouteConfig struct {
				VirtualHosts []virtualHost `json:"virtual_hosts"`
			} `json:"route_config"`
		} `json:"configs"`
	}
	// pilot-agent logs to standard output, too; the dump is what begins with a brace.
	if err := json.Unmarshal(dump[max(0, bytes.IndexByte(dump, '{')):], &config); err != nil {
		return fmt.Errorf("read Envoy's route table: %w", err)
	}
	seen := false
	for _, c := range config.Configs {
		for _, vh := range c.RouteConfig.VirtualHosts {
			if !slices.Contains(vh.Domains, host) {
				continue
			}
			for _, r := range vh.Routes {
				seen = true
				if r.Route.RetryPolicy.retries() || r.Route.RetryPolicy == nil && vh.RetryPolicy.retries() {
					return fmt.Errorf("Envoy sends requests for %s again when they fail, which hides losses; switch it off in istiod's values: meshConfig.defaultHttpRetryPolicy.attempts=0", host)
				}
			}
		}
	}
	if !seen {
		return fmt.Errorf("Envoy has no route for host %s", host)
	}
	return nil
}
