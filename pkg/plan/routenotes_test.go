package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestReplacedRoutes(t *testing.T) {
	to := func(service string) rio.Route { return rio.Route{To: []rio.RouteTarget{{Service: service}}} }
	mirrored := func(r rio.Route, service string) rio.Route {
		r.Mirror = &rio.RouteTarget{Service: service}
		return r
	}
	asking := func(r rio.Route) rio.Route {
		r.Ask(rio.RouteMatch{Path: &rio.Pattern{Exact: "/a"}})
		return r
	}
	led := to("web")
	led.To[0].Resolved = rio.Resolved{HTTP: 80, Split: map[string]int{"latest": 100}}
	slow := to("web")
	slow.TimeoutMillis = 1
	for sentence, tc := range map[string]struct{ before, after, want []rio.Route }{
		"the first route":                    {nil, []rio.Route{to("web")}, nil},
		"the same one":                       {[]rio.Route{led}, []rio.Route{to("web")}, nil},
		"one for other requests":             {[]rio.Route{to("web")}, []rio.Route{asking(to("api")), to("web")}, nil},
		"another target":                     {[]rio.Route{asking(to("web")), to("web")}, []rio.Route{asking(to("api")), to("web")}, []rio.Route{asking(to("web"))}},
		"the same target, with a limit":      {[]rio.Route{to("web")}, []rio.Route{slow}, []rio.Route{to("web")}},
		"a mirror that is added":             {[]rio.Route{to("web")}, []rio.Route{mirrored(to("web"), "audit")}, nil},
		"another mirror":                     {[]rio.Route{mirrored(to("web"), "audit")}, []rio.Route{mirrored(to("web"), "other")}, []rio.Route{mirrored(rio.Route{}, "audit")}},
		"a mirror that is lost":              {[]rio.Route{mirrored(to("web"), "audit")}, []rio.Route{to("web")}, []rio.Route{mirrored(rio.Route{}, "audit")}},
		"a target and its mirror":            {[]rio.Route{mirrored(to("web"), "audit")}, []rio.Route{to("api")}, []rio.Route{mirrored(to("web"), "audit")}},
		"one that is removed leaves no hole": {[]rio.Route{to("web")}, nil, nil},
	} {
		set := rio.RouteSet{Namespace: "shop", Name: "www"}
		before, after, want := set, set, set
		before.Routes, after.Routes, want.Routes = tc.before, tc.after, tc.want
		if diff := cmp.Diff(want, plan.ReplacedRoutes(before, after)); diff != "" {
			t.Errorf("%s: %s", sentence, diff)
		}
	}
}

// A route for https is served where the gateway has a certificate, and on its port alone.
func TestNoHTTPS(t *testing.T) {
	asks := func(scheme string, port int32) []rio.Route {
		r := rio.Route{Redirect: &rio.HostPath{Host: "example.org"}}
		r.Ask(rio.RouteMatch{Scheme: &rio.Pattern{Exact: scheme}, Port: port})
		return []rio.Route{r}
	}
	plain := plan.Gateway{Name: "rio-system/rio-gateway", Domain: "example.com", Ports: []rio.Port{{Number: 80, Protocol: "http", Publish: true}}}
	secure := plain
	secure.TLS = true
	for sentence, tc := range map[string]struct {
		before, after []rio.Route
		gateway       plan.Gateway
		want          string // how it begins
	}{
		"a certificate":                {nil, asks("https", 0), secure, ""},
		"its port":                     {nil, asks("https", 443), secure, ""},
		"another port":                 {nil, asks("https", 80), secure, "gateway rio-system/rio-gateway serves https on port 443 alone, so no request takes this route on port 80; leave out the port"},
		"no certificate":               {nil, asks("https", 0), plain, "gateway rio-system/rio-gateway serves no https"},
		"no gateway":                   {nil, asks("https", 0), plan.Gateway{}, "this cluster has no rio gateway that serves https"},
		"http":                         {nil, asks("http", 0), plain, ""},
		"what was there is not so new": {asks("https", 0), asks("https", 0), plain, ""},
	} {
		got := plan.NoHTTPS(rio.RouteSet{Routes: tc.before}, rio.RouteSet{Routes: tc.after}, tc.gateway)
		if !strings.HasPrefix(got, tc.want) || (got == "") != (tc.want == "") {
			t.Errorf("%s: got %q, want %q", sentence, got, tc.want)
		}
	}
	set := rio.RouteSet{Namespace: "shop", Name: "www", Routes: asks("https", 443)}
	if _, err := plan.Route(set, nil, secure); err != nil {
		t.Errorf("port 443 is open where there is a certificate: %v", err)
	}
	_, err := plan.Route(rio.RouteSet{Namespace: "shop", Name: "www", Routes: asks("http", 443)}, nil, secure)
	wantError(t, "gateway rio-system/rio-gateway takes https alone on port 443; leave out http:// or the port", err)
	_, err = plan.Route(set, nil, plain)
	wantError(t, "gateway rio-system/rio-gateway serves no https on port 443; leave out https:// and the port, or give the gateway a certificate: kubectl rio install --tls-secret NAME", err)
}
