package controlplane

import (
	"maps"
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
)

// Helm alone has to see what install reads off the injector's selectors. Without a cluster the
// chart looks up nothing, so the selectors come as values here.
func TestChartFindsTheRevisionsToName(t *testing.T) {
	type in = metav1.LabelSelectorRequirement
	hook := func(namespace, pod []in) admissionregistrationv1.MutatingWebhook {
		return admissionregistrationv1.MutatingWebhook{NamespaceSelector: &metav1.LabelSelector{MatchExpressions: namespace}, ObjectSelector: &metav1.LabelSelector{MatchExpressions: pod}}
	}
	none := func(key string) in { return in{Key: key, Operator: metav1.LabelSelectorOpDoesNotExist} }
	of := func(key string, values ...string) in {
		return in{Key: key, Operator: metav1.LabelSelectorOpIn, Values: values}
	}
	const rev, inject, enabled = "istio.io/rev", "sidecar.istio.io/inject", "istio-injection"
	on := in{Key: inject, Operator: metav1.LabelSelectorOpNotIn, Values: []string{"false"}}
	revision := func(name string) []admissionregistrationv1.MutatingWebhook {
		return []admissionregistrationv1.MutatingWebhook{
			hook([]in{of(rev, name), none(enabled)}, []in{on}),
			hook([]in{none(rev), none(enabled)}, []in{on, of(rev, name)}),
		}
	}
	byDefault := append(revision("default"), hook([]in{of(enabled, "enabled")}, []in{on}), hook([]in{none(enabled), none(rev)}, []in{of(inject, "true"), none(rev)}))
	for sentence, tc := range map[string]struct {
		hooks  []admissionregistrationv1.MutatingWebhook
		labels map[string]any
		want   string
	}{
		"one that needs no name":          {byDefault, nil, "[]"},
		"that beside a revision":          {append(revision("canary"), byDefault...), nil, "[]"},
		"revisions only":                  {append(revision("stable"), revision("canary")...), nil, `["canary","stable"]`},
		"the namespace names one":         {revision("canary"), map[string]any{rev: "canary"}, "[]"},
		"a namespace that Istio leaves":   {byDefault, map[string]any{enabled: "disabled"}, "[]"},
		"a hook for everybody":            {[]admissionregistrationv1.MutatingWebhook{{}}, nil, "[]"},
		"a hook for pods of other labels": {[]admissionregistrationv1.MutatingWebhook{{ObjectSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"a": "b"}}}}, nil, "[]"},
	} {
		t.Run(sentence, func(t *testing.T) {
			labels := map[string]any{"kubernetes.io/metadata.name": rioNamespace}
			maps.Copy(labels, tc.labels)
			r, err := (InstallOptions{}).rioRelease()
			if err != nil {
				t.Fatal(err)
			}
			set(r.values, []any{admissionregistrationv1.MutatingWebhookConfiguration{Webhooks: tc.hooks}}, "global", "injectors")
			set(r.values, labels, "global", "labels")
			r.chart.Templates = append(r.chart.Templates, &chart.File{Name: "templates/seen.yaml", Data: []byte(
				"kind: Seen\nmetadata: {name: seen}\nrevisions: '{{ include \"rio.revisions\" (list .Values.global.injectors .Values.global.labels) }}'\n")})
			rel, err := r.render(t.Context(), "1.37.2")
			if err != nil {
				t.Fatal(err)
			}
			_, got, _ := strings.Cut(rel.Manifest, "\nrevisions: '")
			got, _, _ = strings.Cut(got, "'")
			same(t, tc.want, got)
			if i := newInjector([]admissionregistrationv1.MutatingWebhookConfiguration{{Webhooks: tc.hooks}}).in(stringsOf(labels)); (got == "[]") != (i.byDefault || len(i.revisions) == 0) {
				t.Errorf("install sees revisions %v, by default %t", i.revisions, i.byDefault)
			}
		})
	}
}

// answering is what lookup asks: the cluster of a fake client.
type answering struct{ client dynamic.Interface }

func (a answering) GetClientFor(apiVersion, kind string) (dynamic.NamespaceableResourceInterface, bool, error) {
	version, err := schema.ParseGroupVersion(apiVersion)
	plural, _ := meta.UnsafeGuessKindToResource(version.WithKind(kind))
	return a.client.Resource(plural), kind == "Secret", err
}

// Who installs by Helm sees no more than its notes, and the gateway would never start.
func TestNotesNameTheRevisions(t *testing.T) {
	const missing = "\nMISSING: the revision of Istio, for its injector takes no pod that names none, so the gateway cannot start; add --set istio.revision=REVISION, one of: canary\n"
	hook := map[string]any{"objectSelector": map[string]any{"matchExpressions": []any{map[string]any{"key": "istio.io/rev", "operator": "In", "values": []any{"canary"}}}}}
	injector := object("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "", "istio", "helm", map[string]string{"app": "sidecar-injector"})
	injector.Object["webhooks"] = []any{hook}
	s := newStage(t, injector, object("v1", "Namespace", "", "kube-system", "", nil), object("v1", "Namespace", "", rioNamespace, "", nil))
	for set, want := range map[string]bool{"istio.revision=": true, "istio.revision=canary": false} {
		r, err := (InstallOptions{Settings: Settings{Set: []string{set}}}).rioRelease()
		if err != nil {
			t.Fatal(err)
		}
		capabilities := chartutil.DefaultCapabilities.Copy()
		capabilities.APIVersions = append(capabilities.APIVersions, "networking.istio.io/v1/Gateway")
		values, err := chartutil.ToRenderValues(r.chart, r.values, chartutil.ReleaseOptions{Name: releaseRio, Namespace: rioNamespace}, capabilities)
		if err != nil {
			t.Fatal(err)
		}
		files, err := engine.RenderWithClientProvider(r.chart, values, answering{s.dynamic})
		if err != nil {
			t.Fatal(err)
		}
		if got := files["rio/templates/NOTES.txt"]; strings.Contains(got, missing) != want || !strings.Contains(got, "\nNext:\n") {
			t.Errorf("with %s:\n%s", set, got)
		}
	}
}

func stringsOf(labels map[string]any) map[string]string {
	all := map[string]string{}
	for key, value := range labels {
		all[key], _ = value.(string)
	}
	return all
}
