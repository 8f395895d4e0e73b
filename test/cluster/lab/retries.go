package lab

import (
	"context"
	"errors"
	"fmt"
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

func noRetries(dump []byte, host string) error {
	routes, err := RoutesOf(dump, host)
	if err != nil {
		return err
	}
	if len(routes) == 0 {
		return fmt.Errorf("Envoy has no route for host %s", host)
	}
	for _, r := range routes {
		if r.Action.RetryPolicy.retries() {
			return fmt.Errorf("Envoy sends requests for %s again when they fail, which hides losses; switch it off in istiod's values: meshConfig.defaultHttpRetryPolicy.attempts=0", host)
		}
	}
	return nil
}
