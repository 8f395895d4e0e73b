package controlplane

import (
	"path/filepath"
	"strings"
	"testing"
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
