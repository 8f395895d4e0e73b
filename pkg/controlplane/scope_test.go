package controlplane

import (
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestIstioLeavesALabelledNamespaceAlone(t *testing.T) {
	const off = "istio-injection"
	for sentence, tc := range map[string]struct {
		injector injector
		labels   map[string]string
		want     string
	}{
		"by a label of Istio": {newInjector(hooks("i", "")), map[string]string{off: "disabled", "team": "edge"},
			"fail  istio     1.31.4 found: its injector takes no pod in namespace rio-system, because of the labels of that: istio-injection\n      fix       kubectl label namespace rio-system istio-injection-"},
		"as every revision does": {newInjector(append(hooks("i", "a"), hooks("j", "b")...)), map[string]string{off: "disabled", "istio.io/rev": "c"},
			"fail  istio     1.31.4 found: its injector takes no pod in namespace rio-system, because of the labels of that: istio-injection, istio.io/rev\n      fix       kubectl label namespace rio-system istio-injection- istio.io/rev-"},
		"by none of another's":     {newInjector(hooks("i", "")), map[string]string{"team": "edge"}, "ok    istio     1.31.4 found, revision default, sidecar mode; used as it is"},
		"which names its revision": {newInjector(hooks("i", "stable")), map[string]string{"istio.io/rev": "stable"}, "ok    istio     1.31.4 found, revision default, sidecar mode; used as it is"},
		"but for its own reason":   {newInjector(deactivated("i")), map[string]string{off: "disabled"}, "fail  istio     1.31.4 found: its injector takes no pod that asks for a sidecar by label sidecar.istio.io/inject\n      fix       istioctl tag set default --revision REVISION"},
	} {
		t.Run(sentence, func(t *testing.T) {
			same(t, tc.want, strings.TrimSuffix(drawn(istio{injector: tc.injector.in(tc.labels), version: "1.31.4"}.finding(nil)), "\n"))
		})
	}
}

func TestInstallRefusesAMeshThatDoesNotLookThere(t *testing.T) {
	const selected = "discoverySelectors:\n- matchLabels: {mesh: \"on\"}\n- matchExpressions: [{key: tier, operator: In, values: [edge]}]\n"
	const refused = "error: istio: istiod looks only at namespaces with mesh=on or tier in (edge), and rio-system is none of them\n"
	for sentence, tc := range map[string]struct {
		revision, mesh string
		labels         map[string]string
		want           string
	}{
		"it is not there, and will have no such label": {mesh: selected, want: refused},
		"it is there, without one":                     {mesh: selected, labels: map[string]string{"mesh": "off"}, want: refused},
		"it has one":                                   {mesh: selected, labels: map[string]string{"tier": "edge"}},
		"its name is asked for":                        {mesh: "discoverySelectors: [{matchLabels: {kubernetes.io/metadata.name: rio-system}}]"},
		"all are looked at":                            {mesh: "accessLogFile: /dev/stdout"},
		"that of a revision":                           {revision: "stable", mesh: selected, want: refused},
		"its settings are elsewhere":                   {},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := newStage(t)
			addIstio(t, s, tc.revision)
			meta := metav1.ObjectMeta{Namespace: "mesh", Name: "istiod", Labels: map[string]string{"app": "istiod", "istio.io/rev": tc.revision}}
			if _, err := s.kube.AppsV1().Deployments("mesh").Create(t.Context(), &appsv1.Deployment{ObjectMeta: meta}, metav1.CreateOptions{}); err != nil {
				t.Fatal(err)
			}
			if tc.mesh != "" {
				config := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "mesh", Name: strings.TrimSuffix("istio-"+tc.revision, "-")}, Data: map[string]string{"mesh": tc.mesh}}
				if _, err := s.kube.CoreV1().ConfigMaps("mesh").Create(t.Context(), config, metav1.CreateOptions{}); err != nil {
					t.Fatal(err)
				}
			}
			if tc.labels != nil {
				ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: rioNamespace, Labels: tc.labels}}
				if _, err := s.kube.CoreV1().Namespaces().Create(t.Context(), ns, metav1.CreateOptions{}); err != nil {
					t.Fatal(err)
				}
			}
			got := s.doInstall(t, InstallOptions{})
			if strings.Contains(got, refused) != (tc.want != "") || strings.Contains(got, "rio: 0.1.0 installed\n") == (tc.want != "") {
				t.Error(got)
			}
		})
	}
}
