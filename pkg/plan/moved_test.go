package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// movedBreakages are those of a service whose URL was right when it was published.
var movedBreakages = map[string]breakage{
	"the domain follows another address": {id: "domain-old", do: func(p *plan.Path) {
		p.Entrance.Lookup.Addresses, p.Entrance.Gateway.Domain = []string{"192.0.2.1"}, "127.0.0.2.nip.io"
	}, text: "published under 127.0.0.1.nip.io, and the domain is 127.0.0.2.nip.io now: shop/foobar", fix: "KUBE_EDITOR=true kubectl rio edit shop/foobar"},
	"nip.io is not reached, and the domain is another one": {id: "nip-io", do: func(p *plan.Path) {
		p.Entrance.Lookup.Addresses, p.Entrance.Lookup.Error, p.Entrance.Gateway.Domain = nil, "no such host", "apps.example.com"
	}},
	"the old domain has no record": {id: "domain-old", level: rio.LevelFail, do: func(p *plan.Path) {
		p.Entrance.Lookup, p.Answer = &plan.Lookup{Host: "foobar.shop.example.com", Error: "no such host"}, nil
		p.Entrance.Gateway.Domain = "apps.example.com"
	}},
	"the certificate was taken away": {id: "gateway-https", do: func(p *plan.Path) {
		p.Service.TLS, p.Answer, p.Entrance.Doors = true, nil, []plan.Door{{Address: "127.0.0.1", Port: 443, Error: "connection refused"}}
	}, text: "rio-system/rio-gateway has no server for https and foobar.shop.127.0.0.1.nip.io",
		fix: "kubectl rio install --tls-secret NAME; or publish the service without: KUBE_EDITOR=true kubectl rio edit shop/foobar"},
	"http is redirected to where the service is not": {id: "gateway-redirect", do: func(p *plan.Path) {
		servers := p.Entrance.Gateways.Items[0].Spec.Servers
		servers[0].Tls = &networking.ServerTLSSettings{HttpsRedirect: true}
		p.Answer.Status, p.Answer.Own = 301, false
	}, fix: "KUBE_EDITOR=true kubectl rio edit shop/foobar", also: answered},
}

// A domain that is left is no trouble while its names lead to the gateway.
func TestWhyOfAServiceUnderAnotherDomain(t *testing.T) {
	p := way()
	p.Entrance.Gateway.Domain = "apps.example.com"
	if list := found(t, plan.Why(*p)); len(list) > 0 {
		t.Errorf("found %v", list)
	}
}

func TestMoved(t *testing.T) {
	gw := entrance().Gateway
	secure, renamed, none := gw, gw, gw
	secure.TLS, renamed.Domain, none.Domain = true, "apps.example.com", ""
	on := func(port int32) rio.Service {
		s := way().Service
		s.Ports[0].Number = port
		return s
	}
	for sentence, tc := range map[string]struct {
		gw   plan.Gateway
		s    rio.Service
		want bool
	}{
		"as it was":                 {gw, on(80), false},
		"a certificate came":        {secure, on(80), true},
		"it is for port 80 alone":   {secure, on(8080), false},
		"another domain":            {renamed, on(8080), true},
		"there is none yet":         {none, on(80), false},
		"it was published nowhere":  {renamed, rio.Service{Namespace: "shop", Name: "web"}, false},
		"on a gateway of its owner": {plan.Gateway{Name: "team/own", Domain: "example.com"}, on(80), false},
	} {
		if got := tc.gw.Moved(tc.s); got != tc.want {
			t.Errorf("%s: %t", sentence, got)
		}
	}
}

// Whose the pods are does not matter, for they are left alone.
func TestRepublish(t *testing.T) {
	gw := entrance().Gateway
	gw.TLS, gw.Domain = true, "apps.example.com"
	s := way().Service
	s.Revisions[0].Foreign = true
	next, err := plan.Republish(s, gw)
	if err != nil {
		t.Fatal(err)
	}
	if got := next.URL(next.Ports[0], rio.Latest); got != "https://foobar.shop.apps.example.com" {
		t.Errorf("the URL is %s", got)
	}
	if diff := cmp.Diff(s.Revisions, next.Revisions); diff != "" {
		t.Errorf("the revisions changed:\n%s", diff)
	}
	promoting, closed := way().Service, gw
	promoting.Promoting, closed.Ports = "v2", nil
	for name, err := range map[string]error{
		"in a promotion":       second(plan.Republish(promoting, gw)),
		"on a port not open":   second(plan.Republish(s, closed)),
		"of what is not there": second(plan.Republish(rio.Service{Namespace: "shop", Name: "web"}, gw)),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func second(_ rio.Service, err error) error { return err }

func TestWhoIsServedOverHTTPOnly(t *testing.T) {
	var routes []*istio.VirtualService
	for name, secure := range map[string]bool{"web": false, "api": false, "safe": true} {
		s := way().Service
		s.Name, s.TLS = name, secure
		for _, o := range manifest.Render(s) {
			if vs, ok := o.(*istio.VirtualService); ok {
				routes = append(routes, vs)
			}
		}
	}
	var got []string
	for _, f := range plan.HTTPOnly(routes, plan.DefaultGateway) {
		got = append(got, f.Text, f.Fix)
	}
	want := []string{"http is redirected to https, and nobody reaches what is served over http only: shop/api, shop/web", "KUBE_EDITOR=true kubectl rio edit shop/api shop/web; this takes a certificate: install that first, without tls.redirect"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if f := plan.HTTPOnly(routes, "team/own"); f != nil {
		t.Errorf("of another gateway: %v", f)
	}
}
