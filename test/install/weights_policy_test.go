package install

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"
)

// TestWeightsOfOursSumTo100 has the API server admit VirtualServices.
func TestWeightsOfOursSumTo100(t *testing.T) {
	p, ok := installed(t, "rio-test-weights")
	if !ok {
		return
	}
	s := p.newStack("", false)
	const ours, theirs = "true", "false"
	for name, test := range map[string]struct {
		label, version, routes string
		refused                string // the sum; empty: it is admitted
	}{
		"http of 100":                    {ours, "v1", `http: [{route: [{destination: {host: a}, weight: 70}, {destination: {host: b}, weight: 30}]}]`, ""},
		"http of 110":                    {ours, "v1", `http: [{route: [{destination: {host: a}, weight: 70}, {destination: {host: b}, weight: 40}]}]`, "110"},
		"http of 99 in its second route": {ours, "v1", `http: [{match: [{port: 80}], route: [{destination: {host: a}}]}, {route: [{destination: {host: a}, weight: 99}, {destination: {host: b}}]}]`, "99"},
		"one destination alone":          {ours, "v1", `http: [{route: [{destination: {host: a}, weight: 7}]}]`, ""},
		"a redirect":                     {ours, "v1", `http: [{redirect: {uri: /}}]`, ""},
		"by an older API":                {ours, "v1beta1", `http: [{route: [{destination: {host: a}, weight: 1}, {destination: {host: b}, weight: 1}]}]`, "2"},
		"tcp of 100":                     {ours, "v1", `tcp: [{route: [{destination: {host: a}, weight: 1}, {destination: {host: b}, weight: 99}]}]`, ""},
		"tcp of 101":                     {ours, "v1", `tcp: [{route: [{destination: {host: a}, weight: 2}, {destination: {host: b}, weight: 99}]}]`, "101"},
		"tls of 100":                     {ours, "v1", `tls: [{match: [{sniHosts: [x.example.com]}], route: [{destination: {host: a}, weight: 50}, {destination: {host: b}, weight: 50}]}]`, ""},
		"tls of 50":                      {ours, "v1", `tls: [{match: [{sniHosts: [x.example.com]}], route: [{destination: {host: a}, weight: 25}, {destination: {host: b}, weight: 25}]}]`, "50"},
		"http is right and tcp is not":   {ours, "v1", `{http: [{route: [{destination: {host: a}, weight: 70}, {destination: {host: b}, weight: 30}]}], tcp: [{route: [{destination: {host: a}, weight: 70}, {destination: {host: b}, weight: 31}]}]}`, "101"},
		"somebody else's":                {theirs, "v1", `http: [{route: [{destination: {host: a}, weight: 70}, {destination: {host: b}, weight: 40}]}]`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var spec map[string]any
			if err := yaml.Unmarshal([]byte(test.routes), &spec); err != nil {
				t.Fatal(err)
			}
			spec["hosts"] = []any{"x.example.com"}
			o := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "networking.istio.io/" + test.version, "kind": "VirtualService", "spec": spec}}
			o.SetName("x")
			o.SetLabels(map[string]string{"rio.cattle.io": test.label})
			kind := schema.GroupVersionResource{Group: "networking.istio.io", Version: test.version, Resource: "virtualservices"}
			_, err := s.dynamic.Resource(kind).Namespace(s.name).Create(t.Context(), o, metav1.CreateOptions{DryRun: dryRunAll})
			want := `weights of a route of VirtualService "x" sum to ` + test.refused + ", want 100"
			switch {
			case test.refused == "" && err != nil:
				t.Error(err)
			case test.refused != "" && (err == nil || !strings.Contains(err.Error(), want)):
				t.Errorf("got %v, want a refusal: %s", err, want)
			}
		})
	}
}
