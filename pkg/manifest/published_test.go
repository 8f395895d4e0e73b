package manifest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Only the main VirtualService has a port of the gateway, and only that of tcp.
func TestGatewayPorts(t *testing.T) {
	s := rio.Service{Namespace: "default", Name: "db", Gateway: "rio-system/rio-gateway", Domain: "example.com", Ports: []rio.Port{
		{Number: 80, Protocol: "http", Publish: true}, {Number: 443, Protocol: "https", Publish: true},
		{Number: 5432, Protocol: "tcp", Publish: true, AtGateway: true}, {Number: 5433, Protocol: "tcp", Publish: true}, {Number: 5434, Protocol: "tcp"},
	}}
	s.Put(rio.Revision{Name: rio.Latest, Weight: 70})
	s.Put(rio.Revision{Name: "v2", Weight: 30})
	taken := map[string][]int32{}
	for _, o := range manifest.Render(s) {
		if ports := manifest.GatewayPorts(o, s.Gateway); ports != nil {
			taken[o.GetName()] = ports
		}
		if ports := manifest.GatewayPorts(o, "other/gateway"); ports != nil {
			t.Errorf("%s has ports %v of a gateway that it is not on", o.GetName(), ports)
		}
	}
	if diff := cmp.Diff(map[string][]int32{"db": {5432}}, taken); diff != "" {
		t.Error(diff)
	}
}
