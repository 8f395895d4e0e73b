package controlplane

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	helmrelease "helm.sh/helm/v3/pkg/release"
)

func TestParseGatewayPort(t *testing.T) {
	for form, want := range map[string]string{
		"80/http":    "",
		"443/TLS":    "",
		"5432/tcp":   "",
		"8080/grpc":  "",
		"81/http2":   "",
		"0/http":     `invalid port "0/http": want N/PROTOCOL with N from 1 to 65535, for example: 8080/http`,
		"65536/http": `invalid port "65536/http": want N/PROTOCOL with N from 1 to 65535, for example: 8080/http`,
		"http":       `invalid port "http": want N/PROTOCOL with N from 1 to 65535, for example: 8080/http`,
		"15021/http": `invalid port "15021/http": the gateway's proxy itself listens at 15021; want another one`,
		"53/udp":     `invalid port "53/udp": protocol "udp", want one of http, http2, grpc, tcp, tls`,
		"80":         `invalid port "80": protocol "", want one of http, http2, grpc, tcp, tls`,
	} {
		if _, err := ParseGatewayPort(form); want != text(err) {
			t.Errorf("%s: got %v, want %s", form, err, want)
		}
	}
}

func TestSettings(t *testing.T) {
	on, off := true, false
	for sentence, tc := range map[string]struct {
		s    Settings
		want map[string]any
	}{
		"nothing said": {Settings{}, map[string]any{}},
		"a flag is over a setting": {Settings{Domain: new("apps.example.com"), Set: []string{"domain=x", "gateway.replicas=2"}},
			map[string]any{"domain": "apps.example.com", "gateway": map[string]any{"replicas": int64(2)}}},
		"an empty flag is none, and not what was": {Settings{Domain: new(""), TLSSecret: new(""), Issuer: new(""), Set: []string{"domain=x"}},
			map[string]any{"domain": "", "tls": map[string]any{"secret": "", "issuer": ""}}},
		"https": {Settings{Domain: new("apps.example.com"), TLSSecret: new("apps"), Issuer: new("letsencrypt")}, map[string]any{"domain": "apps.example.com", "tls": map[string]any{"secret": "apps", "issuer": "letsencrypt"}}},
		"ports": {Settings{Ports: []Port{{8080, "HTTP"}, {5432, "TCP"}}}, map[string]any{"gateway": map[string]any{"ports": []any{
			map[string]any{"port": 8080, "protocol": "HTTP"}, map[string]any{"port": 5432, "protocol": "TCP"}}}}},
		"the nodes' own ports": {Settings{HostPort: &on, NodePort: &off}, map[string]any{"gateway": map[string]any{"hostPort": true, "service": map[string]any{"type": "LoadBalancer"}}}},
		"node ports": {Settings{NodePort: &on}, map[string]any{"gateway": map[string]any{"service": map[string]any{"type": "NodePort"}, "ports": []any{
			map[string]any{"port": 30080, "protocol": "HTTP", "nodePort": 30080}}}}},
		"a node port that is named": {Settings{NodePort: &on, Ports: []Port{{30443, "TLS"}}}, map[string]any{"gateway": map[string]any{"service": map[string]any{"type": "NodePort"}, "ports": []any{
			map[string]any{"port": 30443, "protocol": "TLS", "nodePort": 30443}}}}},
	} {
		t.Run(sentence, func(t *testing.T) {
			got, err := tc.s.read()
			if diff := cmp.Diff(tc.want, got); err != nil || diff != "" {
				t.Error(err, diff)
			}
			if _, _, err := rendered(t, InstallOptions{Settings: tc.s}); err != nil {
				t.Errorf("the chart refuses it: %v", err)
			}
		})
	}
}

// An issuer that were kept beside it would overwrite the user's Secret.
func TestACertificateIsOfOneOrigin(t *testing.T) {
	type m = map[string]any
	issued, own, both := m{"domain": "d", "tls": m{"issuer": "letsencrypt"}}, m{"domain": "d", "tls": m{"secret": "own"}}, m{"domain": "d", "tls": m{"secret": "apps", "issuer": "letsencrypt"}}
	for sentence, tc := range map[string]struct {
		before m
		s      Settings
		want   m
		issues bool
	}{
		"a Secret after an issuer": {issued, Settings{TLSSecret: new("own")}, m{"secret": "own"}, false},
		"by a value, too":          {issued, Settings{Set: []string{"tls.secret=own"}}, m{"secret": "own"}, false},
		"an issuer after a Secret": {own, Settings{Issuer: new("letsencrypt")}, m{"issuer": "letsencrypt"}, true},
		"both":                     {own, Settings{TLSSecret: new("apps"), Issuer: new("letsencrypt")}, m{"secret": "apps", "issuer": "letsencrypt"}, true},
		"another issuer fills the Secret of both": {both, Settings{Issuer: new("zerossl")}, m{"secret": "apps", "issuer": "zerossl"}, true},
		"a Secret after both":                     {both, Settings{TLSSecret: new("own")}, m{"secret": "own"}, false},
		"no issuer any more":                      {both, Settings{Issuer: new("")}, m{"secret": "apps", "issuer": ""}, false},
		"nothing said":                            {both, Settings{}, m{"secret": "apps", "issuer": "letsencrypt"}, true},
	} {
		t.Run(sentence, func(t *testing.T) {
			r, err := (InstallOptions{Settings: tc.s}).rioRelease()
			if err != nil {
				t.Fatal(err)
			}
			r.last = &helmrelease.Release{Info: &helmrelease.Info{}, Config: tc.before}
			rel, err := r.render(t.Context(), "1.37.2")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, get(rel.Config, "tls")); diff != "" {
				t.Error(diff)
			}
			if got := strings.Contains(rel.Manifest, "kind: Certificate\n"); got != tc.issues {
				t.Errorf("a Certificate is there: %t", got)
			}
		})
	}
}

// What an earlier install left says what becomes of ports, and of a domain that a node gave.
func TestSettleOnWhatIsThere(t *testing.T) {
	type m = map[string]any
	on, off := true, false
	nodePort := m{"gateway": m{"service": m{"type": "NodePort"}}, "nodeDomain": "192.0.2.4.nip.io"}
	hostPort := m{"gateway": m{"hostPort": true}, "nodeDomain": "192.0.2.4.nip.io"}
	for sentence, tc := range map[string]struct {
		before m
		s      Settings
		want   m
		err    string
	}{
		"nothing was there":              {nil, Settings{Ports: []Port{{8080, "HTTP"}}}, m{"gateway": m{"ports": []any{m{"port": 8080, "protocol": "HTTP"}}}}, ""},
		"nothing is said":                {nodePort, Settings{}, m{}, ""},
		"another port beside node ports": {nodePort, Settings{Ports: []Port{{30090, "HTTP"}}}, m{"gateway": m{"ports": []any{m{"port": 30090, "protocol": "HTTP", "nodePort": 30090}}}}, ""},
		"what cannot be a node port":     {nodePort, Settings{Ports: []Port{{8080, "HTTP"}}}, nil, "port 8080 cannot be a node port, want 30000 to 32767, and those of this gateway are; or have a load balancer: --node-port=false"},
		"node ports no more":             {nodePort, Settings{NodePort: &off, Ports: []Port{{80, "HTTP"}}}, m{"nodeDomain": "", "gateway": m{"service": m{"type": "LoadBalancer"}, "ports": []any{m{"port": 80, "protocol": "HTTP"}}}}, ""},
		"the nodes' own ports no more":   {hostPort, Settings{HostPort: &off}, m{"nodeDomain": "", "gateway": m{"hostPort": false}}, ""},
		"the nodes' own ports as before": {hostPort, Settings{HostPort: &on}, m{"gateway": m{"hostPort": true}}, ""},
		"a domain is asked for anew":     {hostPort, Settings{Domain: new("")}, m{"domain": "", "nodeDomain": ""}, ""},
		"the user's own domain stays":    {m{"domain": "apps.example.com"}, Settings{HostPort: &off}, m{"gateway": m{"hostPort": false}}, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			r, err := (InstallOptions{Settings: tc.s}).rioRelease()
			if err != nil {
				t.Fatal(err)
			}
			if tc.before != nil {
				r.last = &helmrelease.Release{Info: &helmrelease.Info{}, Config: tc.before}
			}
			if err := r.settle(tc.s.Ports); text(err) != tc.err {
				t.Fatalf("got %v, want %s", err, tc.err)
			}
			if diff := cmp.Diff(tc.want, r.values); tc.err == "" && diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSettingsThatCannotBe(t *testing.T) {
	on := true
	for want, s := range map[string]Settings{
		"port 80 is given twice":                             {Ports: []Port{{80, "HTTP"}, {80, "TCP"}}},
		"port 80 cannot be a node port, want 30000 to 32767": {NodePort: &on, Ports: []Port{{80, "HTTP"}}},
		"node ports and host ports are both asked for":       {NodePort: &on, HostPort: &on},
		`invalid TLS secret "shop/apps": want a name`:        {TLSSecret: new("shop/apps")},
	} {
		if err := s.Validate(); !strings.HasPrefix(text(err), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
