package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// Nobody says what a port speaks that the gateway does not have: the command to open it names both ways,
// and HTTP first, for a site as raw tcp has no host name.
func TestUpNamesBothWaysForAPortThatIsNotOpen(t *testing.T) {
	open := plan.Gateway{Name: plan.DefaultGateway, Domain: "example.com", Ports: []rio.Port{{Number: 80, Protocol: "http"}}}
	site := spec.Revision{Container: spec.Container{Image: "nginx", Ports: []spec.Port{{Port: 8000, TargetPort: 80}}}}
	site.Sidekicks = map[string]spec.Sidekick{"admin": {Container: spec.Container{Image: "admin", Ports: []spec.Port{{Port: 8001, TargetPort: 8080}}}}}
	_, err := plan.Up(rio.Service{Namespace: "shop", Name: "site"}, spec.Service{Revision: site}, open, asIs)
	wantError(t, `port 8000/http is not open on gateway rio-system/rio-gateway (open are 80/http); publish on one of them, or open it: kubectl rio install --port 80/http --port 8000/http; where it is not HTTP, with 8000/tcp in place of 8000/http`, err)

	db := spec.Revision{Container: spec.Container{Image: "postgres", Ports: []spec.Port{
		{Port: 15432, TargetPort: 5432, Protocol: "tcp"}, {Port: 5433, TargetPort: 5433}, {TargetPort: 53, Protocol: "udp"}, {Port: 80, TargetPort: 81}, {TargetPort: 82},
	}}}
	open.Missing = open.Lacks([]spec.Revision{site, db})
	want := []rio.Port{{Number: 8000, Protocol: "http", Publish: true}, {Number: 8001, Protocol: "http", Publish: true}, {Number: 15432, Protocol: "tcp", Publish: true, AtGateway: true}}
	if diff := cmp.Diff(want, open.Missing); diff != "" {
		t.Error(diff)
	}
	_, err = plan.Up(rio.Service{Namespace: "shop", Name: "db"}, spec.Service{Revision: db}, open, asIs)
	wantError(t, `port 15432/tcp is not open on gateway rio-system/rio-gateway (open are 80/http); publish on one of them, or open it: kubectl rio install --port 80/http --port 8000/http --port 8001/http --port 15432/tcp`, err)
}
