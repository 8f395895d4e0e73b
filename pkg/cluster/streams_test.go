package cluster

import (
	"testing"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// listeners is a dump as Envoy writes one: tcp for one service, TLS for two names, and a
// listener that is not warm yet.
const listeners = `{"configs": [
	{"name": "0.0.0.0_5432", "active_state": {"listener": {"address": {"socket_address": {"port_value": 5432}}, "filter_chains": [
		{"filters": [{"name": "envoy.filters.network.tcp_proxy", "typed_config": {"weighted_clusters": {"clusters": [
			{"name": "outbound|5432|latest|db.default.svc.cluster.local", "weight": 70}, {"name": "outbound|5432|v2|db.default.svc.cluster.local", "weight": 30}]}}}]}]}}},
	{"name": "0.0.0.0_443", "active_state": {"listener": {"address": {"socket_address": {"port_value": 443}}, "filter_chains": [
		{"filter_chain_match": {"server_names": ["db.default.example.com"]}, "filters": [{"typed_config": {"cluster": "outbound|443|latest|db.default.svc.cluster.local"}}]},
		{"filter_chain_match": {"server_names": ["db-v2.default.example.com"]}, "filters": [{"typed_config": {"cluster": "outbound|443||db-v2.default.svc.cluster.local"}}]}]}}},
	{"name": "0.0.0.0_9000", "warming_state": {"listener": {"filter_chains": [{"filters": [{"typed_config": {"cluster": "outbound|9000|latest|db.default.svc.cluster.local"}}]}]}}}]}`

func TestStreams(t *testing.T) {
	have, err := admin(t, 200, listeners, "resource=dynamic_listeners").streams(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	service := func(latest, v2 int, ports ...rio.Port) rio.Service {
		s := rio.Service{Namespace: "default", Name: "db", Domain: "example.com", Gateway: "rio-system/rio-gateway", Ports: ports}
		s.Put(rio.Revision{Name: rio.Latest, Weight: latest})
		s.Put(rio.Revision{Name: "v2", Weight: v2})
		return s
	}
	tcp := func(number int32) rio.Port {
		return rio.Port{Number: number, Protocol: "tcp", Publish: true, AtGateway: true}
	}
	secure := rio.Port{Number: 443, Protocol: "https", Publish: true}
	for sentence, tc := range map[string]struct {
		service rio.Service
		ok      bool
	}{
		"connections are split as wanted":        {service(70, 30, tcp(5432)), true},
		"by other weights they are not yet":      {service(60, 40, tcp(5432)), false},
		"names lead where they are to":           {service(100, 0, secure), true},
		"or not yet":                             {service(0, 100, secure), false},
		"a listener that warms up serves nobody": {service(100, 0, tcp(9000)), false},
		"all ports count":                        {service(70, 30, tcp(5432), secure), false},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := flows(have, publicStreams(tc.service)); got != tc.ok {
				t.Errorf("%t, want %t", got, tc.ok)
			}
		})
	}
}

func TestServesRoutes(t *testing.T) {
	set := rio.RouteSet{Namespace: "default", Name: "www", Domain: "example.com", Routes: []rio.Route{{To: []rio.RouteTarget{{Service: "web"}}}}}
	other := set.Clone()
	other.Routes[0].To[0].Split = map[string]int{"v2": 100}
	gone := set
	gone.Routes = nil
	served := func(s rio.RouteSet) map[string][]split {
		return map[string][]split{"www.default.example.com": {{named: manifest.ServedRoutes(s, 80), port: 80}}}
	}
	for sentence, tc := range map[string]struct {
		have map[string][]split
		set  rio.RouteSet
		ok   bool
	}{
		"what is wanted is there":      {served(set), set, true},
		"it leads elsewhere still":     {served(other), set, false},
		"it is not there yet":          {nil, set, false},
		"it is to go and is there":     {served(set), gone, false},
		"it is to go and is not there": {nil, gone, true},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := servesRoutes(tc.have, tc.set); got != tc.ok {
				t.Errorf("%t, want %t", got, tc.ok)
			}
		})
	}
}

// A caller that a route asks for has that route, and nothing that comes after where it takes
// all; the others have the rest.
func TestCallsRoutes(t *testing.T) {
	to := []rio.RouteTarget{{Service: "web"}}
	set := rio.RouteSet{Namespace: "default", Name: "www", Routes: []rio.Route{
		{To: to, Matches: []rio.RouteMatch{{From: &rio.RouteSource{Service: "caller"}}}}, {To: to},
	}}
	host := "www.default.svc.cluster.local"
	has := func(names ...string) map[string][]split { return map[string][]split{host: {{named: names, port: 80}}} }
	callers, rest := manifest.CallerRoutes(set), manifest.ServedRoutes(set, 80)
	for sentence, tc := range map[string]struct {
		have map[string][]split
		ok   bool
	}{
		"the caller has its own":            {has(callers...), true},
		"a stranger has the rest":           {has(rest...), true},
		"the rest does not come after all":  {has(append(callers, rest...)...), false},
		"an old route is there still":       {has("rio-route-old"), false},
		"nothing is there yet":              {has(), false},
		"one that does not call has no say": {nil, true},
		"nor has another name's host":       {map[string][]split{"web.default.svc.cluster.local": {{port: 80}}}, true},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := callsRoutes(tc.have, set); got != tc.ok {
				t.Errorf("%t, want %t", got, tc.ok)
			}
		})
	}
}
