package controlplane

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/kube"
	helmrelease "helm.sh/helm/v3/pkg/release"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// likeIstios gives the stage's charts what Istio's have: a webhook that says how it fails where it is new.
func (s *stage) likeIstios(t *testing.T) {
	t.Helper()
	for _, name := range []string{"base", "istiod"} {
		writeFile(t, filepath.Join(s.charts, name, "values.yaml"), "base: {}\n")
		writeFile(t, filepath.Join(s.charts, name, "templates", "validator.yaml"), `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: `+name+`}
webhooks:
- name: validation.istio.io
  {{- if .Values.base.validationFailurePolicy }}
  failurePolicy: {{ .Values.base.validationFailurePolicy }}
  {{- else if not .Release.IsUpgrade }}
  failurePolicy: Ignore
  {{- end }}
`)
	}
}

func TestDryRunOfWhatWasUpgraded(t *testing.T) {
	s := newStage(t)
	s.likeIstios(t)
	same(t, did, done(s.doInstall(t, InstallOptions{})))
	addKinds(t, s)
	writeFile(t, filepath.Join(s.charts, "base", "Chart.yaml"), "apiVersion: v2\nname: base\nversion: 1.0.1\n")
	if got := s.doInstall(t, InstallOptions{Upgrade: true}); !strings.Contains(got, "istio-base: 1.0.1 upgraded\n") {
		t.Error(got)
	}
	same(t, "release istio-base 1.0.1 unchanged\nrelease istiod 1.31.4 unchanged\nrelease rio 0.1.0 unchanged\n", done(s.doInstall(t, InstallOptions{DryRun: true})))
}

func TestDryRunOfWhatIsHalfDoneAndEdited(t *testing.T) {
	s := used(t)
	service := object("v1", "Service", rioNamespace, "rio-lb", "", nil)
	service.SetManagedFields(nil)
	service.Object["spec"] = map[string]any{"type": "NodePort"}
	edited := answered(widgets, service, func(*http.Request) (int, *unstructured.Unstructured) {
		live := service.DeepCopy()
		live.Object["spec"] = map[string]any{"type": "ClusterIP"}
		return http.StatusOK, live
	})
	s.building("").objects = kube.ResourceList{edited}
	const istios = "release istio-base 1.31.4 unchanged\nrelease istiod 1.31.4 unchanged\n"
	const line = "  ~ service rio-system/rio-lb (spec.type)\n"
	same(t, istios+"release rio would be upgraded from 0.1.0 to 0.1.0\n"+line, done(s.doInstall(t, InstallOptions{DryRun: true})))
	s.last(t, releaseRio, rioNamespace).Info.Status = helmrelease.StatusFailed
	same(t, istios+"release rio 0.1.0 is half done (failed), and would be finished\n"+line, done(s.doInstall(t, InstallOptions{DryRun: true})))
}
