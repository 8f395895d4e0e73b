package controlplane

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"helm.sh/helm/v3/pkg/chart"
	helmrelease "helm.sh/helm/v3/pkg/release"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// crd is the kind VirtualService as a release istio-base makes it, served in versions.
func crd(versions ...string) *unstructured.Unstructured {
	o := object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", usedKinds[0], "helm", nil)
	o.SetAnnotations(map[string]string{"meta.helm.sh/release-name": releaseBase, "meta.helm.sh/release-namespace": istioNamespace})
	var list []any
	for i, v := range versions {
		list = append(list, map[string]any{"name": v, "served": true, "storage": i == len(versions)-1})
	}
	o.Object["spec"] = map[string]any{"group": "networking.istio.io", "names": map[string]any{"plural": "virtualservices"}, "versions": list}
	return o
}

// hooks are the webhooks of an istiod as its chart makes them; with a revision, of which
// pods that ask for a sidecar have to name it.
func hooks(name, revision string) []admissionregistrationv1.MutatingWebhookConfiguration {
	in := func(key string, values ...string) metav1.LabelSelectorRequirement {
		return metav1.LabelSelectorRequirement{Key: key, Operator: metav1.LabelSelectorOpIn, Values: values}
	}
	absent := func(key string) metav1.LabelSelectorRequirement {
		return metav1.LabelSelectorRequirement{Key: key, Operator: metav1.LabelSelectorOpDoesNotExist}
	}
	hook := func(namespace, object []metav1.LabelSelectorRequirement) admissionregistrationv1.MutatingWebhook {
		return admissionregistrationv1.MutatingWebhook{
			NamespaceSelector: &metav1.LabelSelector{MatchExpressions: namespace}, ObjectSelector: &metav1.LabelSelector{MatchExpressions: object},
		}
	}
	type all = []metav1.LabelSelectorRequirement
	named := revision
	if named == "" {
		named = "default"
	}
	unlabelled := all{absent("istio.io/rev"), absent("istio-injection")}
	notOff := metav1.LabelSelectorRequirement{Key: "sidecar.istio.io/inject", Operator: metav1.LabelSelectorOpNotIn, Values: []string{"false"}}
	c := admissionregistrationv1.MutatingWebhookConfiguration{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"app": "sidecar-injector"}}}
	c.Webhooks = append(c.Webhooks,
		hook(all{in("istio.io/rev", named), absent("istio-injection")}, all{notOff}),
		hook(unlabelled, all{notOff, in("istio.io/rev", named)}))
	if revision == "" {
		c.Webhooks = append(c.Webhooks,
			hook(all{in("istio-injection", "enabled")}, all{notOff}),
			hook(unlabelled, all{in("sidecar.istio.io/inject", "true"), absent("istio.io/rev")}))
	}
	return []admissionregistrationv1.MutatingWebhookConfiguration{c}
}

// deactivated are webhooks as istioctl leaves them when it takes the default tag away.
func deactivated(name string) []admissionregistrationv1.MutatingWebhookConfiguration {
	all := hooks(name, "")
	never := &metav1.LabelSelector{MatchLabels: map[string]string{"istio.io/deactivated": "never-match"}}
	for i := range all[0].Webhooks {
		all[0].Webhooks[i].NamespaceSelector, all[0].Webhooks[i].ObjectSelector = never, never
	}
	return all
}

// addKinds is what Istio's charts would have done.
func addKinds(t *testing.T, s *stage) { addIstio(t, s, "") }

func addIstio(t *testing.T, s *stage, revision string) {
	t.Helper()
	for _, kind := range usedKinds {
		o := crd("v1beta1", "v1")
		o.SetName(kind)
		plural, _, _ := strings.Cut(kind, ".")
		if err := unstructured.SetNestedField(o.Object, plural, "spec", "names", "plural"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.dynamic.Resource(crdResource).Create(t.Context(), o, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	for _, hook := range hooks("istio-sidecar-injector"+revision, revision) {
		if _, err := s.kube.AdmissionregistrationV1().MutatingWebhookConfigurations().Create(t.Context(), &hook, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestChooseRevision(t *testing.T) {
	configurations := func(revisions ...string) (all []admissionregistrationv1.MutatingWebhookConfiguration) {
		for _, r := range revisions {
			all = append(all, hooks("istio-"+r, r)...)
		}
		return all
	}
	for sentence, tc := range map[string]struct {
		there        []string // revisions; empty is the default one
		wanted, want string
		err          string
	}{
		"the default one takes all":          {[]string{""}, "", "", ""},
		"also beside others":                 {[]string{"1-30", ""}, "", "", ""},
		"unless the user chose":              {[]string{"1-30", ""}, "1-30", "1-30", ""},
		"a choice that is gone falls back":   {[]string{""}, "1-29", "", ""},
		"the only one is named":              {[]string{"1-31"}, "", "1-31", ""},
		"of several none is guessed":         {[]string{"1-31", "1-30"}, "", "", "there are revisions 1-30, 1-31, and none is the default one; choose"},
		"the user chooses":                   {[]string{"1-31", "1-30"}, "1-30", "1-30", ""},
		"of those that there are":            {[]string{"1-31", "1-30"}, "1-29", "", `no istiod injects revision "1-29" (have 1-30, 1-31)`},
		"an upgrade leaves the only new one": {[]string{"1-31"}, "1-30", "", `no istiod injects revision "1-30" (have 1-31)`},
	} {
		t.Run(sentence, func(t *testing.T) {
			got, err := newInjector(configurations(tc.there...)).choose(tc.wanted)
			if got != tc.want || text(err) != tc.err {
				t.Errorf("got %q, %v; want %q, %s", got, err, tc.want, tc.err)
			}
		})
	}
}

func TestAnInjectorWithoutIstiodIsNone(t *testing.T) {
	s := newStage(t)
	left := hooks("left", "")[0]
	left.Webhooks[0].ClientConfig.Service = &admissionregistrationv1.ServiceReference{Namespace: istioNamespace, Name: "istiod"}
	there := func(sentence string, want bool) {
		t.Helper()
		if i, err := s.findIstio(t.Context()); err != nil || i.injector.found() != want {
			t.Errorf("%s: found is %t, %v", sentence, i.injector.found(), err)
		}
	}
	if _, err := s.kube.AdmissionregistrationV1().MutatingWebhookConfigurations().Create(t.Context(), &left, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	there("its Service is gone", false)
	service := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: istioNamespace, Name: "istiod"}}
	if _, err := s.kube.CoreV1().Services(istioNamespace).Create(t.Context(), service, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	there("its Service is there", true)
}

func TestIstioFinding(t *testing.T) {
	kinds := []unstructured.Unstructured{*crd("v1")}
	for sentence, tc := range map[string]struct {
		there istio
		want  string
	}{
		"none":                   {istio{}, "ok    istio     none yet; install brings it"},
		"kinds only":             {istio{crds: kinds}, "ok    istio     its kinds are there, and no istiod; install brings that"},
		"one of ours":            {istio{crds: kinds, injector: newInjector(hooks("i", "")), version: "1.31.4", ourIstiod: &helmrelease.Release{}}, "ok    istio     1.31.4 found, revision default, sidecar mode"},
		"ambient":                {istio{injector: newInjector(hooks("i", "")), version: "1.30.2", ambient: true}, "ok    istio     1.30.2 found, revision default, ambient mode; services get sidecars all the same; used as it is"},
		"of a revision":          {istio{injector: newInjector(hooks("i", "stable")), version: "1.29.0-dev"}, "ok    istio     1.29.0-dev found, revision stable, sidecar mode; used as it is"},
		"an old one":             {istio{injector: newInjector(hooks("i", "")), version: "1.28.9"}, "warn  istio     1.28.9 found, revision default, sidecar mode; used as it is; it is older than 1.29, and not tested with\n      fix       https://istio.io/latest/docs/setup/upgrade/"},
		"built by hand":          {istio{injector: newInjector(hooks("i", "")), version: "sandbox"}, "ok    istio     sandbox found, revision default, sidecar mode; used as it is"},
		"one that takes nothing": {istio{injector: newInjector(deactivated("i")), version: "1.31.4"}, "fail  istio     1.31.4 found: its injector takes no pod that asks for a sidecar by label sidecar.istio.io/inject\n      fix       istioctl tag set default --revision REVISION"},
		"which of these":         {istio{injector: newInjector(append(hooks("i", "a"), hooks("j", "b")...)), version: "1.31.4"}, "fail  istio     1.31.4 found: there are revisions a, b, and none is the default one; choose\n      fix       kubectl rio install --set istio.revision=a"},
	} {
		t.Run(sentence, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, strings.TrimSuffix(drawn(tc.there.finding(nil)), "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestKindsMustBeServedAsV1(t *testing.T) {
	s := newStage(t, crd("v1alpha3", "v1beta1"))
	got := s.doInstall(t, InstallOptions{})
	if !strings.Contains(got, "error: kinds: not served as v1: virtualservices.networking.istio.io, destinationrules.networking.istio.io, gateways.networking.istio.io; Istio 1.22 and newer do\n") {
		t.Error(got)
	}
}

func TestInstallNamesTheRevisionOfIstio(t *testing.T) {
	s := newStage(t)
	addIstio(t, s, "stable")
	same(t, "rio: 0.1.0 installed\ndomain: 127.0.0.1.nip.io\nnext: kubectl rio run --name hello -p 80/http nginx\n", done(s.doInstall(t, InstallOptions{})))
	if got := get(s.last(t, releaseRio, rioNamespace).Config, "istio", "revision"); got != "stable" {
		t.Errorf("the chart got revision %v", got)
	}
	if got := s.doInstall(t, InstallOptions{}); !strings.Contains(got, "rio: 0.1.0 unchanged\n") {
		t.Error(got)
	}
	want := "error: no istiod injects revision \"cannary\" (have default); name one of these, or none: --set istio.revision=\n"
	mistyped := InstallOptions{Settings: Settings{Set: []string{"istio.revision=cannary"}}}
	plain := newStage(t)
	addKinds(t, plain)
	same(t, want, done(writesNothing(t, plain, mistyped)))
	for _, name := range []string{releaseBase, releaseIstiod} {
		if rel, err := s.ours(name, istioNamespace); rel != nil || err != nil {
			t.Errorf("an Istio that was there got a release %s: %v", name, err)
		}
	}
}

func TestIstioReleases(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"base", "istiod"} {
		file := filepath.Join(dir, name, "Chart.yaml")
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte("apiVersion: v2\nname: "+name+"\nversion: 1.0.0\n"), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	kinds, found, ours := []unstructured.Unstructured{*crd("v1")}, newInjector(hooks("istio", "")), &helmrelease.Release{Info: &helmrelease.Info{}, Chart: &chart.Chart{Metadata: &chart.Metadata{Version: "0.9.0"}}}
	both := []string{releaseBase, releaseIstiod}
	tests := map[string]struct {
		there istio
		want  []string
	}{
		"an empty cluster":             {istio{}, both},
		"ours, again":                  {istio{crds: kinds, injector: found, ourBase: ours, ourIstiod: ours}, both},
		"ours, killed after the kinds": {istio{crds: kinds, ourBase: ours}, both},
		"somebody's":                   {istio{crds: kinds, injector: found}, nil},
		"somebody's kinds":             {istio{crds: kinds}, []string{releaseIstiod}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			releases, err := new(plane).istioReleases(t.Context(), InstallOptions{IstioCharts: dir}, test.there)
			var got []string
			for _, r := range releases {
				got = append(got, r.name)
			}
			if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
				t.Error(err, diff)
			}
		})
	}
	stays := istio{crds: kinds, injector: found, ourBase: ours}
	for upgrade, want := range map[bool]string{false: "0.9.0", true: "1.0.0"} {
		o := InstallOptions{Upgrade: upgrade}
		if upgrade {
			o.IstioCharts = dir
		}
		releases, err := new(plane).istioReleases(t.Context(), o, stays)
		if err != nil || releases[0].chart.Metadata.Version != want {
			t.Errorf("upgrade %t: version %s, %v, want %s", upgrade, releases[0].chart.Metadata.Version, err, want)
		}
	}
	if _, err := new(plane).istioReleases(t.Context(), InstallOptions{IstioCharts: "no/such"}, istio{}); !strings.HasPrefix(text(err), `no directory "no/such"`) {
		t.Errorf("a directory that is not there: %v", err)
	}
}
