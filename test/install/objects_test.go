package install

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
)

// passing are the kinds whose objects controllers make under names of their own choice.
var passing = []string{"Pod.", "ReplicaSet.apps", "EndpointSlice.discovery.k8s.io", "IPAddress.networking.k8s.io", "PodMetrics.metrics.k8s.io"}

// given are the fields whose values are others in each installation: what the cluster
// allocates, and certificates.
var given = [][]string{
	{"spec", "clusterIP"}, {"spec", "clusterIPs"}, {"spec", "healthCheckNodePort"},
	{"metadata", "annotations", "deployment.kubernetes.io/revision"},
	{"data"}, {"webhooks"},
}

// inAnyInstallation is a dump without what is not the same in two installations of the same.
// Of Helm's records it has none: after a repetition there is one more.
func inAnyInstallation(d lab.Dump) lab.Dump {
	all := lab.Dump{}
	for key, text := range d {
		kind, name, _ := strings.Cut(key, " ")
		if slices.Contains(passing, kind) || strings.Contains(name, "/sh.helm.release.v1.") {
			continue
		}
		var o map[string]any
		if err := json.Unmarshal([]byte(text), &o); err != nil {
			all[key] = text
			continue
		}
		for _, field := range given {
			if field[0] == "data" && kind != "Secret." && !strings.HasSuffix(name, "/istio-ca-root-cert") {
				continue
			}
			unstructured.RemoveNestedField(o, field...)
		}
		lab.WithoutNodePorts(o)
		content, err := json.Marshal(o)
		if err != nil {
			all[key] = text
			continue
		}
		all[key] = string(content)
	}
	return all
}

func TestInAnyInstallation(t *testing.T) {
	d := inAnyInstallation(lab.Dump{
		"Pod. rio-system/rio-lb-x1":                    `{}`,
		"Secret. rio-system/sh.helm.release.v1.rio.v2": `{}`,
		"Secret. rio-system/rio-webhook":               `{"kind":"Secret","data":{"ca":"x"}}`,
		"ConfigMap. rio-defaults/rio":                  `{"data":{"domain":"x"}}`,
		"Service. rio-system/rio-lb":                   `{"spec":{"clusterIP":"10.0.0.1","ports":[{"port":80,"nodePort":31000}]}}`,
		"Deployment.apps rio-system/rio-lb":            `{"spec":{"replicas":1}}`,
	})
	want := lab.Dump{
		"Secret. rio-system/rio-webhook":    `{"kind":"Secret"}`,
		"ConfigMap. rio-defaults/rio":       `{"data":{"domain":"x"}}`,
		"Service. rio-system/rio-lb":        `{"spec":{"ports":[{"port":80}]}}`,
		"Deployment.apps rio-system/rio-lb": `{"spec":{"replicas":1}}`,
	}
	if !maps.Equal(want, d) {
		t.Errorf("got %v, want %v", d, want)
	}
}
