package controlplane

import (
	"path/filepath"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// webhooks is an istiod's chart of nothing but the selectors of its injector: a revision takes the
// pods that name it, and so does each of its tags.
const webhooks = `{{- range concat (list (.Values.revision | default "default")) (.Values.revisionTags | default list) }}
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: injector-{{ . }}}
webhooks:
- objectSelector: {matchExpressions: [{key: istio.io/rev, operator: In, values: [{{ . }}]}]}
{{- if eq . "default" }}
- objectSelector: {matchLabels: {sidecar.istio.io/inject: "true"}, matchExpressions: [{key: istio.io/rev, operator: DoesNotExist}]}
{{- end }}
---
{{- end }}
`

// Pods have to name the revision of an Istio that comes, as that of one that is there.
func TestTheGatewayNamesTheRevisionThatComes(t *testing.T) {
	for values, want := range map[string]struct {
		set, revision, err string
	}{
		"{}":             {},
		"revision: blue": {revision: "blue"},
		"{revision: blue, revisionTags: [default]}": {},
		"{revision: blue, revisionTags: [prod]}":    {err: "error: there are revisions blue, prod, and none is the default one; choose: --set istio.revision=blue\n"},
		"{revision: blue, revisionTags: [test]}":    {set: "test", revision: "test"},
		"revision: red":                             {set: "blue", err: "error: no istiod injects revision \"blue\" (have red); name one of these, or none: --set istio.revision=\n"},
	} {
		t.Run(values, func(t *testing.T) {
			s := newStage(t)
			writeFile(t, filepath.Join(s.charts, "istiod", "templates", "webhooks.yaml"), webhooks)
			file := filepath.Join(t.TempDir(), "istiod.yaml")
			writeFile(t, file, values)
			var out strings.Builder
			o := InstallOptions{IstioValues: []string{file}, Manifests: &out}
			if want.set != "" {
				o.Set = []string{"istio.revision=" + want.set}
			}
			if got := done(writesNothing(t, s, o)); want.err != "" {
				same(t, want.err, got)
				return
			}
			objects, err := objectsIn(out.String())
			if err != nil {
				t.Fatal(err)
			}
			gateway, _ := objects["deployment rio-system/rio-lb"].(map[string]any)
			defaults, _ := objects["configmap rio-defaults/rio"].(map[string]any)
			same(t, want.revision, getString(gateway, "spec", "template", "metadata", "labels", "istio.io/rev"))
			same(t, want.revision, getString(defaults, "data", "revision"))
		})
	}
}

// Routes call services of other stacks by the domain that istiod has: one that comes, or one that is there.
func TestRoutesCallByTheClustersDomain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "istiod.yaml")
	writeFile(t, file, "global: {proxy: {clusterDomain: corp.example}}")
	there := newStage(t)
	addIstio(t, there, "")
	istiod := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: istioNamespace, Name: "istiod", Labels: map[string]string{"app": "istiod"}}}
	istiod.Spec.Template.Spec.Containers = []corev1.Container{{Name: "discovery", Args: []string{"discovery", "--domain", "corp.example", "--keepaliveMaxServerConnectionAge", "30m"}}}
	if _, err := there.kube.AppsV1().Deployments(istioNamespace).Create(t.Context(), istiod, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	for sentence, tc := range map[string]struct {
		stage *stage
		o     InstallOptions
		want  string
	}{
		"the usual one":     {newStage(t), InstallOptions{}, ""},
		"of one that comes": {newStage(t), InstallOptions{IstioValues: []string{file}}, "corp.example"},
		"of one that is":    {there, InstallOptions{}, "corp.example"},
		"as is said":        {there, InstallOptions{Settings: Settings{Set: []string{"istio.clusterDomain=other.example"}}}, "other.example"},
	} {
		t.Run(sentence, func(t *testing.T) {
			var out strings.Builder
			tc.o.Manifests = &out
			done(writesNothing(t, tc.stage, tc.o))
			objects, err := objectsIn(out.String())
			if err != nil {
				t.Fatal(err)
			}
			defaults, _ := objects["configmap rio-defaults/rio"].(map[string]any)
			same(t, tc.want, getString(defaults, "data", "clusterDomain"))
		})
	}
}
