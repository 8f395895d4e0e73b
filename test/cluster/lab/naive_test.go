package lab

import (
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

func TestNaiveObjects(t *testing.T) {
	for name, tc := range map[string]struct {
		n     naive
		kinds string
		has   []string
	}{
		"latest alone": {naive{Host: "naive.ns.d", Gateway: "rio-system/rio-gateway", Image: "echo:v1"},
			"Deployment Service DestinationRule VirtualService", []string{"weight: 100", "image: echo:v1", "naive.ns.d"}},
		"staged at 30%": {naive{Host: "naive.ns.d", Gateway: "rio-system/rio-gateway", Image: "echo:v1", Staged: "echo:v2", Weight: 30},
			"Deployment Deployment Service DestinationRule VirtualService", []string{"weight: 70", "weight: 30", "image: echo:v2", "name: v2"}},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := tc.n.render()
			if err != nil {
				t.Fatal(err)
			}
			var kinds []string
			for doc := range strings.SplitSeq(text, "\n---\n") {
				var o struct{ Kind string }
				if err := yaml.Unmarshal([]byte(doc), &o); err != nil {
					t.Fatalf("%v in\n%s", err, doc)
				}
				kinds = append(kinds, o.Kind)
			}
			if got := strings.Join(kinds, " "); got != tc.kinds {
				t.Errorf("kinds %s, want %s:\n%s", got, tc.kinds, text)
			}
			for _, part := range tc.has {
				if !strings.Contains(text, part) {
					t.Errorf("%q is missing in\n%s", part, text)
				}
			}
		})
	}
}

func TestDomainOf(t *testing.T) {
	for address, want := range map[string]string{
		"127.0.0.1":              "127.0.0.1.nip.io",
		"2001:db8::1":            "2001-db8--1.nip.io",
		"lb.example.com":         "lb.example.com",
		"10-0-0-1.elb.cloud.net": "10-0-0-1.elb.cloud.net",
	} {
		if got := domainOf(address); got != want {
			t.Errorf("%s: got %q, want %q", address, got, want)
		}
	}
}
