package cluster

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// admin is an Envoy whose admin interface answers so, without the port-forward.
func admin(t *testing.T, code int, body string, wantQuery string) *envoy {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/config_dump" || r.URL.Query().Encode() != wantQuery {
			t.Errorf("asked for %s?%s, want %s", r.URL.Path, r.URL.Query().Encode(), wantQuery)
		}
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}))
	t.Cleanup(s.Close)
	return &envoy{pod: "gw-1", base: s.URL}
}

// routes is a dump as Envoy writes one, shortened to the hosts and their routes. Port 8080
// is one push behind, and the first host has a route of its user's own.
const routes = `{"configs": [
	{"@type": "type.googleapis.com/envoy.admin.v3.RoutesConfigDump.DynamicRouteConfig", "route_config": {"name": "http.80", "virtual_hosts": [
		{"name": "foobar.default.example.com:80", "domains": ["foobar.default.example.com", "foobar.default.example.com:80"], "routes": [
			{"match": {"prefix": "/api", "case_sensitive": true}, "route": {"cluster": "outbound|80|v2|foobar.default.svc.cluster.local"}},
			{"match": {"prefix": "/", "headers": [{"name": "x"}]}, "route": {"cluster": "outbound|80|v2|foobar.default.svc.cluster.local"}},
			{"match": {"prefix": "/", "case_sensitive": true}, "route": {"weighted_clusters": {"clusters": [
				{"name": "outbound|80|latest|foobar.default.svc.cluster.local", "weight": 70},
				{"name": "outbound|80|v2|foobar.default.svc.cluster.local", "weight": 30}]}}},
			{"match": {"prefix": "/"}, "route": {"cluster": "never reached"}}]},
		{"domains": ["foobar-v2.default.example.com"], "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "outbound|80||foobar-v2.default.svc.cluster.local"}}]},
		{"domains": ["lone.default.example.com"], "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "outbound|80|latest|lone.default.svc.cluster.local"}}]},
		{"name": "blackhole", "domains": ["*"]}]}},
	{"route_config": {"name": "http.8080", "virtual_hosts": [
		{"domains": ["two.default.example.com"], "routes": [
			{"name": "rio-match-v2-8080-aa", "match": {"prefix": "/", "headers": [{}]}, "route": {"cluster": "outbound|8080|v2|two.default.svc.cluster.local"}},
			{"name": "rio-match-v2-8080-aa", "match": {"prefix": "/", "headers": [{}, {}]}, "route": {"cluster": "outbound|8080|v2|two.default.svc.cluster.local"}},
			{"match": {"prefix": "/"}, "route": {"cluster": "outbound|8080|v2|two.default.svc.cluster.local"}}]},
		{"domains": ["two.default.example.com"], "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "outbound|80|latest|two.default.svc.cluster.local"}}]}]}},
	{"route_config": {"name": "80", "virtual_hosts": [{"domains": ["called.default.svc.cluster.local"], "routes": [
		{"name": "rio-match-v2-80-bb", "match": {"prefix": "/"}, "route": {"cluster": "outbound|80|v2|called.default.svc.cluster.local"}}]}]}},
	{"route_config": {"name": "not yet there"}}]}`

func TestEnvoySplits(t *testing.T) {
	got, err := admin(t, 200, routes, "resource=dynamic_route_configs").splits(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	on := func(port uint32, shares map[string]int, named ...string) split {
		return split{shares: shares, named: named, port: port}
	}
	of := func(shares map[string]int, named ...string) split { return on(80, shares, named...) }
	weighted := []split{of(map[string]int{"latest": 70, "v2": 30})}
	want := map[string][]split{
		"foobar.default.example.com": weighted, "foobar.default.example.com:80": weighted,
		"foobar-v2.default.example.com": {of(map[string]int{"": 100})}, "lone.default.example.com": {of(map[string]int{"latest": 100})},
		"two.default.example.com": {on(8080, map[string]int{"v2": 100}, "rio-match-v2-8080-aa"), on(8080, map[string]int{"latest": 100})},
		"*":                       {of(map[string]int{})},
	}
	// A caller that is led to a revision as a whole has nothing behind that route.
	led := on(80, map[string]int{"v2": 100}, "rio-match-v2-80-bb")
	led.by = "rio-match-v2-80-bb"
	want["called.default.svc.cluster.local"] = []split{led}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(split{}), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	s := foobar()
	s.Revisions[0].Weight = 70
	s.Put(rio.Revision{Name: "v2", Weight: 30})
	chosen := s.Clone()
	chosen.Revisions[1].Match = []rio.Match{{Kind: rio.MatchHeader, Name: "x", Value: "1"}}
	for sentence, tc := range map[string]struct {
		want map[string]split
		ok   bool
	}{
		"what is wanted is there":             {publicSplits(s), true},
		"a chosen few are not yet":            {publicSplits(chosen), false},
		"another split is":                    {map[string]split{"foobar.default.example.com": of(map[string]int{"latest": 71, "v2": 29})}, false},
		"the host is not there":               {map[string]split{"nobody.default.example.com": of(map[string]int{"latest": 100})}, false},
		"one of the ports is one push behind": {map[string]split{"two.default.example.com": of(map[string]int{"v2": 100}, "rio-match-v2-8080-aa")}, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			if serves(got, tc.want) != tc.ok {
				t.Errorf("want %v", tc.ok)
			}
		})
	}
}

func TestEnvoyFaults(t *testing.T) {
	for sentence, tc := range map[string]struct {
		code int
		body string
		want string
	}{
		"it does not answer that":     {404, "", "ask the Envoy of gw-1: 404 Not Found"},
		"it is cut off in the middle": {200, `{"configs": [`, "ask the Envoy of gw-1: unexpected EOF"},
		"it has no routes at all":     {200, `{}`, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			got, err := admin(t, tc.code, tc.body, "resource=dynamic_route_configs").splits(t.Context())
			if tc.want == "" && (err != nil || len(got) != 0) || tc.want != "" && (err == nil || err.Error() != tc.want) {
				t.Errorf("%v, %v; want %s", got, err, tc.want)
			}
		})
	}
	gone := admin(t, 200, "", "")
	gone.base = "http://127.0.0.1:1"
	if _, err := gone.splits(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "ask the Envoy of gw-1: ") {
		t.Errorf("got %v", err)
	}
}

func TestDomain(t *testing.T) {
	for sentence, tc := range map[string]struct {
		ingress []corev1.LoadBalancerIngress
		want    string
	}{
		"no address yet":                   {nil, ""},
		"an address that is none":          {[]corev1.LoadBalancerIngress{{}}, ""},
		"an IP":                            {[]corev1.LoadBalancerIngress{{IP: "203.0.113.7"}}, "203.0.113.7.nip.io"},
		"this machine":                     {[]corev1.LoadBalancerIngress{{IP: "127.0.0.1"}}, "127.0.0.1.nip.io"},
		"this machine by name":             {[]corev1.LoadBalancerIngress{{Hostname: "localhost"}}, "127.0.0.1.nip.io"},
		"a cloud's host name, as it is":    {[]corev1.LoadBalancerIngress{{Hostname: "lb-1.elb.example.com"}}, "lb-1.elb.example.com"},
		"the first of several that is one": {[]corev1.LoadBalancerIngress{{}, {IP: "10.0.0.1"}, {IP: "10.0.0.2"}}, "10.0.0.1.nip.io"},
		"IPv6, in the form nip.io takes":   {[]corev1.LoadBalancerIngress{{IP: "2001:db8::1"}}, "2001-db8--1.nip.io"},
	} {
		t.Run(sentence, func(t *testing.T) {
			lb := &corev1.Service{Status: corev1.ServiceStatus{LoadBalancer: corev1.LoadBalancerStatus{Ingress: tc.ingress}}}
			if got := Domain(lb); got != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
		})
	}
}
