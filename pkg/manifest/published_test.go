package manifest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	istio "istio.io/client-go/pkg/apis/networking/v1"

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

// Where somebody replaced the hosts of the main VirtualService, what else there is of the service
// says under which domain it is published; and where nothing does, no host is made up.
func TestTheDomainOfAHostThatWasTakenOut(t *testing.T) {
	for sentence, tc := range map[string]struct {
		staged   bool
		protocol string
		host     string // what the hosts are replaced by
		want     string
	}{
		"a revision's own host":        {true, "http", "shop.example.org", "example.com"},
		"the name that TLS asks for":   {false, "https", "shop.example.org", "example.com"},
		"another domain is another":    {true, "http", "foobar.default.example.org", "example.org"},
		"a domain that begins as that": {true, "http", "foobar.default.svc.example.org", "svc.example.org"},
		"nothing":                      {false, "http", "shop.example.org", ""},
		"nor its own name in the mesh": {false, "http", "foobar.default.svc.cluster.local", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := canary(30)
			if s.Ports[0].Protocol = tc.protocol; !tc.staged {
				s.Drop("v2")
				s.Revisions[0].Weight = 100
			}
			objects := manifest.Render(s)
			for _, o := range objects {
				if vs, ok := o.(*istio.VirtualService); ok && vs.Name == "foobar" {
					vs.Spec.Hosts = []string{"foobar", tc.host}
				}
			}
			got := manifest.Parse(objects)[0]
			if got.Domain != tc.want || !got.Published() {
				t.Errorf("it is published under %q, want %q", got.Domain, tc.want)
			}
			host := ""
			if tc.want != "" {
				host = "foobar.default." + tc.want
			}
			if got.Host(rio.Latest) != host {
				t.Errorf("its host is %q, want %q", got.Host(rio.Latest), host)
			}
			manifest.Render(got) // whatever it is
		})
	}
}
