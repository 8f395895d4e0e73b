package manifest_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

var update = flag.Bool("update", false, "write the golden files")

// foobar is the service of docs/design.md, section 2: v2 staged at 30 %.
func foobar() rio.Service {
	web := func(image string) corev1.PodTemplateSpec {
		t := corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{
			Name: "foobar", Image: image,
			Ports:     []corev1.ContainerPort{{Name: "http-80", ContainerPort: 80, Protocol: corev1.ProtocolTCP}},
			Lifecycle: &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Sleep: &corev1.SleepAction{Seconds: 5}}},
		}}}}
		t.Labels = map[string]string{rio.LabelInject: "true"}
		return t
	}
	return rio.Service{
		Namespace: "default", Name: "foobar", Domain: "127.0.0.1.nip.io", Gateway: "rio-system/rio-gateway",
		Ports: []rio.Port{{Number: 80, Protocol: "http", Publish: true}},
		Revisions: []rio.Revision{
			{Name: "latest", Kind: "Deployment", Replicas: ptr.To[int32](3), Weight: 70, Template: web("nginx")},
			{Name: "v2", Kind: "Deployment", Replicas: ptr.To[int32](1), Weight: 30, Template: web("httpd")},
		},
	}
}

func TestRenderGolden(t *testing.T) {
	ports := foobar()
	ports.Ports = []rio.Port{
		{Number: 53, Protocol: "tcp", Publish: true},
		{Number: 53, Protocol: "udp", Publish: true},
		{Number: 80, Protocol: "http", Publish: true},
		{Number: 9000, Protocol: "grpc"},
	}
	dark := foobar()
	dark.Revisions[0].Weight, dark.Revisions[1].Weight = 100, 0
	secure := foobar()
	secure.TLS = true
	secure.Revisions[1].Match = []rio.Match{{Kind: rio.MatchHeader, Name: "x-canary", Value: "v2"}}
	promoting := foobar()
	promoting.Promoting = "v2"
	promoting.Revisions[0].Weight, promoting.Revisions[1].Weight = 0, 100
	plain := foobar()
	plain.Ports, plain.Domain, plain.Gateway = nil, "", ""
	plain.Revisions = plain.Revisions[:1]
	plain.Revisions[0].Weight = 100
	more := foobar()
	latest, v2 := &more.Revisions[0], &more.Revisions[1]
	latest.Autoscale, latest.Replicas, latest.Rollout = &rio.Scale{Min: 2, Max: 5}, nil, rio.Rollout{BatchSize: 2, StopFirst: true}
	v2.Permissions = []rio.Permission{{Verbs: []string{"get", "list", "watch"}, Resource: "pods"}, {Role: "view"}}
	v2.GlobalPermissions = []rio.Permission{{Verbs: []string{"get"}, URL: "/healthz"}, {Role: "node-reader"}}
	sets := foobar()
	sets.Revisions[0].Kind, sets.Revisions[0].Rollout = "StatefulSet", rio.Rollout{Ordered: true, BatchSize: 2}
	sets.Revisions[1].Kind, sets.Revisions[1].Replicas = "DaemonSet", nil
	alone := foobar()
	alone.Revisions[0].Rollout.Recreate = true
	for file, tc := range map[string]struct {
		sentence string
		service  rio.Service
		only     string // kinds, when the others are as in the first
	}{
		"foobar.yaml":    {"the whole of a service with a revision at 30 %", foobar(), ""},
		"ports.yaml":     {"tcp is weighted too, udp is on the nodes only, and what is exposed keeps off the gateway", ports, "Service DestinationRule VirtualService"},
		"dark.yaml":      {"a revision without weight is in no main route", dark, "VirtualService"},
		"tls.yaml":       {"what comes in over https goes the same ways", secure, "VirtualService"},
		"promoting.yaml": {"a promotion is noted where the traffic is", promoting, "VirtualService"},
		"more.yaml": {"an autoscaler, a budget for drains, and rights", more,
			"Deployment HorizontalPodAutoscaler PodDisruptionBudget ServiceAccount Role RoleBinding ClusterRole ClusterRoleBinding"},
		"alone.yaml": {"a volume that is one pod's at a time: no pod begins before all have ended", alone, "Deployment"},
		"sets.yaml":  {"pods that keep their names, and one on every node", sets, "StatefulSet DaemonSet PodDisruptionBudget"},
		"plain.yaml": {"a service without ports has no routes", plain, ""},
	} {
		t.Run(tc.sentence, func(t *testing.T) {
			goldenObjects(t, file, slices.DeleteFunc(manifest.Render(tc.service), func(o manifest.Object) bool {
				return tc.only != "" && !slices.Contains(strings.Fields(tc.only), manifest.Kind(o))
			})...)
		})
	}
}

func goldenObjects(t *testing.T, name string, objects ...manifest.Object) {
	t.Helper()
	var docs []string
	for _, o := range objects {
		content, err := manifest.Encode(o)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := yaml.Marshal(content)
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, string(doc))
	}
	golden(t, name, strings.Join(docs, "---\n"))
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
		t.Error(diff)
	}
}
