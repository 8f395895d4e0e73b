package controlplane

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// rendered is what the chart makes of settings.
func rendered(t *testing.T, o InstallOptions) (string, string, error) {
	t.Helper()
	r, err := o.rioRelease()
	if err != nil {
		t.Fatal(err)
	}
	rel, err := r.render(t.Context(), "1.37.2")
	if err != nil {
		return "", "", err
	}
	manifest := rel.Manifest
	for _, hook := range rel.Hooks { // helm test
		manifest += "---\n# Source: " + hook.Path + "\n" + strings.TrimSpace(hook.Manifest) + "\n"
	}
	return manifest, rel.Info.Notes, nil
}

// Kubernetes refuses a node's port on a Service that has none.
func TestChartWritesNoNodePortOfAClusterIP(t *testing.T) {
	got, _, err := rendered(t, InstallOptions{Settings: Settings{Set: []string{"gateway.service.type=ClusterIP", "gateway.ports[0].port=80", "gateway.ports[0].protocol=HTTP", "gateway.ports[0].nodePort=30080"}}})
	if err != nil || strings.Contains(got, "nodePort") {
		t.Errorf("error %v, in:\n%s", err, got)
	}
}

// A Gateway that names a revision is read by its istiod alone, and one that names a tag by none.
func TestChartNamesTheRevisionOnPodsAlone(t *testing.T) {
	got, _, err := rendered(t, InstallOptions{Settings: Settings{Set: []string{"istio.revision=prod"}}})
	if err != nil || strings.Count(got, "istio.io/rev:") != 1 || !strings.Contains(got, "        istio.io/rev: \"prod\"\n        sidecar.istio.io/inject: \"true\"\n") {
		t.Errorf("error %v, in:\n%s", err, got)
	}
}

// A pod that is killed while it still has to serve loses requests.
func TestChartGivesTheGatewayTimeToDrain(t *testing.T) {
	got, _, err := rendered(t, InstallOptions{Settings: Settings{Set: []string{"gateway.drain.minSeconds=90"}}})
	if err != nil || !strings.Contains(got, "terminationGracePeriodSeconds: 90\n") {
		t.Errorf("error %v, in:\n%s", err, got)
	}
}

func TestChartRenders(t *testing.T) {
	on := true
	for name, o := range map[string]InstallOptions{
		"default":   {},
		"host-port": {Settings: Settings{HostPort: &on}},
		"none":      {Settings: Settings{Set: []string{"labels.mode=none", "networkPolicy.enabled=false"}}},
		"policy":    {Settings: Settings{Set: []string{"labels.mode=policy"}}},
		"ha": {Settings: Settings{Set: []string{"gateway.autoscaling.enabled=true", "gateway.autoscaling.maxReplicas=10", "webhook.replicas=2", "webhook.port=10260", "gateway.nodeSelector.pool=edge", "gateway.imagePullSecrets[0].name=mirror",
			"gateway.tolerations[0].key=edge", "gateway.tolerations[0].operator=Exists", "networkPolicy.apiServers={192.0.2.7/32,2001:db8::7/128}",
			"gateway.service.externalTrafficPolicy=Local", "gateway.service.loadBalancerClass=example.com/nlb", "webhook.nodeSelector.pool=core", "webhook.tolerations[0].key=core",
			"webhook.tolerations[0].operator=Exists", "webhook.imagePullSecrets[0].name=registry"}, SetString: []string{"gateway.service.annotations.internal=true"}}},
		"tls": {Settings: Settings{Domain: new("apps.example.com"), Set: []string{"tls.issuer=letsencrypt", "tls.stacks={default,shop}", "tls.redirect=true", "istio.revision=canary"}}},
		"tcp": {Settings: Settings{Set: []string{"gateway.service.type=NodePort", "gateway.ports[0].port=80", "gateway.ports[0].protocol=HTTP", "gateway.ports[0].nodePort=30080",
			"gateway.ports[1].port=5432", "gateway.ports[1].protocol=TCP", "gateway.ports[2].port=443", "gateway.ports[2].protocol=TLS"}}},
		// What YAML takes for a number, where nobody says that it is a name.
		"digits": {Settings: Settings{Domain: new("7"), Values: []string{"testdata/digits.values.yaml"}}},
		"domain": {Settings: Settings{Domain: new("apps.example.com"), Set: []string{"gateway.ports[0].port=8080", "gateway.ports[0].protocol=HTTP2", "gateway.replicas=2"}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, notes, err := rendered(t, o)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+".yaml", got)
			golden(t, name+".notes.txt", notes)
			again, _, err := rendered(t, o)
			if err != nil || again != got {
				t.Errorf("a second render differs: %v\n%s", err, cmp.Diff(got, again))
			}
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s is not what it was; if that is meant: go test ./pkg/controlplane -update\n%s", name, diff)
	}
}

func TestChartRefuses(t *testing.T) {
	for setting, complaint := range map[string]string{
		"gatway.replicas=2":                  "gatway",
		"gateway.replica=2":                  "replica",
		"gateway.replicas=-1":                "minimum",
		"gateway.ports=":                     "ports",
		"gateway.ports[0].port=0":            "port",
		"gateway.ports[0].port=15021":        "'not' failed",
		"gateway.ports[0].name=http":         "name",
		"gateway.ports[0].protocol=UDP":      "protocol",
		"gateway.hostPort=yes":               "hostPort",
		"labels.mode=both":                   "mode",
		"labels.mode=policy":                 "",
		"tls.issuer=letsencrypt":             "a certificate needs names",
		"tls.secret=rio_tls":                 "secret",
		"tls.issuerKind=Cluster":             "issuerKind",
		"gateway.autoscaling.minReplicas=0":  "minReplicas",
		"gateway.drain.maxSeconds=0":         "maxSeconds",
		"gateway.service.type=ExternalName":  "type",
		"gateway.ports[0].nodePort=0":        "nodePort",
		"istio.revision=1.31":                "revision",
		"networkPolicy.apiServers={anybody}": "apiServers",
		"networkPolicy.apiServers={192.0.2.0/24,2001:db8::/32,::/0,2001:db8:0:0:0:0:0:7/128,0.0.0.0/0,255.255.255.255/32}": "",
		"networkPolicy.apiServers={192.0.2.256/32}":             "apiServers",
		"networkPolicy.apiServers={192.0.2.07/32}":              "apiServers",
		"networkPolicy.apiServers={192.0.2.0/33}":               "apiServers",
		"networkPolicy.apiServers={192.0.2/24}":                 "apiServers",
		"networkPolicy.apiServers={2001:db8::/129}":             "apiServers",
		"networkPolicy.apiServers={2001:db8::12345/64}":         "apiServers",
		"webhook.authorityLifetime=soon":                        "authorityLifetime",
		"webhook.authorityLifetime=9999999999h":                 "authorityLifetime", // no time.Duration has room for it
		"webhook.authorityLifetime=87600h":                      "",
		"gateway.service.loadBalancerClass=not a class!":        "loadBalancerClass",
		"gateway.service.loadBalancerClass=Example.com/nlb":     "loadBalancerClass",
		"gateway.service.loadBalancerClass=example.com/":        "loadBalancerClass",
		"gateway.service.loadBalancerClass=":                    "",
		"gateway.service.loadBalancerClass=service.k8s.aws/nlb": "",
		"gateway.service.loadBalancerClass=internal_A.1":        "",
		"webhook.image=":                         "", // the default
		"webhook.resources.request.cpu=1":        "request",
		"domain=http://example.com":              "domain",
		"domain=Example.com":                     "domain",
		"webhook.replicas=0":                     "replicas",
		"webhook.resources.requests.cpu=50m":     "",
		"gateway.resources.limits.memory=128Mi":  "",
		"gateway.resources.limits.memory.x=true": "memory",
	} {
		_, _, err := rendered(t, InstallOptions{Settings: Settings{Set: []string{setting}}})
		switch {
		case complaint == "" && err != nil:
			t.Errorf("%s: %v", setting, err)
		case complaint != "" && (err == nil || !strings.Contains(err.Error(), complaint)):
			t.Errorf("%s: got error %v, want one about %q", setting, err, complaint)
		}
	}
}

// The plugin looks for the gateway in one namespace.
func TestChartRefusesAnotherNamespace(t *testing.T) {
	r, err := (InstallOptions{}).rioRelease()
	if err != nil {
		t.Fatal(err)
	}
	r.namespace = "mesh"
	if _, err := r.render(t.Context(), "1.37.2"); !strings.Contains(text(err), `the release is in namespace "mesh"`) {
		t.Errorf("got %v", err)
	}
}

// TestChartRefusesTogether is about values that are right each alone.
func TestChartRefusesTogether(t *testing.T) {
	for complaint, o := range map[string]Settings{
		"opens port 80 twice (HTTP and HTTP2)": {Set: []string{"gateway.ports[0].port=80", "gateway.ports[0].protocol=HTTP", "gateway.ports[1].port=80", "gateway.ports[1].protocol=HTTP2"}},
		"opens port 443 twice (TLS and HTTPS); name it once, or leave tls.secret": {Set: []string{
			"tls.secret=x", "gateway.ports[0].port=443", "gateway.ports[0].protocol=TLS"}},
		"needs Kubernetes 1.36 or newer, and the server is v1.35.1": {Set: []string{"labels.mode=policy"}},
	} {
		r, err := (InstallOptions{Settings: o}).rioRelease()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.render(t.Context(), "1.35.1"); !strings.Contains(text(err), complaint) {
			t.Errorf("got %v, want %q", err, complaint)
		}
	}
}
