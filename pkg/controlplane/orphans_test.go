package controlplane

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// ofChart is an object of the chart rio, of a release, or of none where that is empty.
func ofChart(apiVersion, kind, namespace, name, release string) *unstructured.Unstructured {
	o := object(apiVersion, kind, namespace, name, "helm", map[string]string{
		rio.LabelK8sName: "rio", rio.LabelK8sPartOf: "rio", "helm.sh/chart": "rio-0.0.9"})
	if release != "" {
		o.SetAnnotations(map[string]string{"meta.helm.sh/release-name": release, "meta.helm.sh/release-namespace": rioNamespace})
	}
	return o
}

// outside is what the chart has outside of namespace rio-system.
func outside(release string) []runtime.Object {
	return []runtime.Object{
		ofChart("v1", "Namespace", "", "rio-defaults", release),
		ofChart("v1", "ConfigMap", "rio-defaults", "rio", release),
		ofChart("rbac.authorization.k8s.io/v1", "ClusterRole", "", "rio-edit", release),
		ofChart("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "", "rio-webhook", release),
		ofChart("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", "", "rio-weights", release),
	}
}

// chartNames are those of all objects of the chart rio that are left.
func (s *stage) chartNames(t *testing.T) string {
	t.Helper()
	objects, err := s.ofChart(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, o := range objects {
		names = append(names, o.GetName())
	}
	return strings.Join(names, " ")
}

// The record of a release goes with its namespace, and not all that it made is in there.
func TestUninstallAfterTheNamespaceWent(t *testing.T) {
	const said = "rio: removed\nnamespaces: removed\n"
	roles := schema.GroupVersionResource{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "clusterroles"}
	ofService := object("rbac.authorization.k8s.io/v1", "ClusterRole", "", "rio-rio", "kubectl", map[string]string{rio.LabelK8sName: "rio", rio.LabelK8sPartOf: "rio"})
	s := newStage(t, append(outside(releaseRio), ofService)...)
	same(t, said, s.doUninstall(t, UninstallOptions{}))
	same(t, "", s.chartNames(t))
	same(t, "/rio-rio", s.names(t, roles))
	same(t, strings.Replace(said, "removed", "not installed", 1), s.doUninstall(t, UninstallOptions{}))

	s = newStage(t, append(outside(releaseRio), object("example.com/v1", "Widget", "rio-defaults", "mine", "kubectl", nil))...)
	const kept = "namespace \"rio-defaults\" is kept, others have in it: widget/mine\n"
	same(t, said+kept, s.doUninstall(t, UninstallOptions{}))
	same(t, "rio-defaults", s.chartNames(t))
	same(t, strings.Replace(said, "removed", "not installed", 1)+kept, s.doUninstall(t, UninstallOptions{}))
}

func TestUninstallRefusesWhatAnotherToolApplied(t *testing.T) {
	const refused = "error: chart 0.0.9 of rio was applied by another tool, or as another release; remove it there, then repeat: kubectl rio uninstall\n"
	for sentence, tc := range map[string]struct {
		release string
		kept    string // where somebody keeps a release rio
		of      string // the namespace of that release
		want    string
	}{
		"Argo CD has no release":                    {want: refused},
		"helm install myrio":                        {release: "myrio", want: refused},
		"Flux keeps it elsewhere":                   {release: releaseRio, kept: "flux-system", of: rioNamespace, want: refused},
		"somebody has a release of that name":       {release: releaseRio, kept: "film", of: "film", want: "services: 1 removed\nrio: removed\nnamespaces: removed\n"},
		"nobody keeps the record of what Helm made": {release: releaseRio, want: "services: 1 removed\nrio: removed\nnamespaces: removed\n"},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := newStage(t, append(outside(tc.release), ofService("Deployment"))...)
			if tc.kept != "" {
				s.keepRelease(t, tc.kept, tc.of)
			}
			same(t, tc.want, s.doUninstall(t, UninstallOptions{Purge: true}))
			if left := s.names(t, deployments); (left != "") != (tc.want == refused) {
				t.Errorf("services that are left: %q", left)
			}
		})
	}
}
