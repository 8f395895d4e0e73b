package controlplane

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	helmrelease "helm.sh/helm/v3/pkg/release"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
)

const installed = `cluster: Kubernetes 1.37.2
istio-base: 1.31.4 installed
istiod: 1.31.4 installed
rio: 0.1.0 installed
domain: 192.0.2.7.nip.io
next: kubectl rio run --name hello -p 80/http nginx
`

func same(t *testing.T, want, got string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestInstallTwice(t *testing.T) {
	s := newStage(t)
	same(t, installed, s.doInstall(t, InstallOptions{}))
	for _, name := range []string{istioNamespace, rioNamespace} {
		ns, err := s.kube.CoreV1().Namespaces().Get(t.Context(), name, metav1.GetOptions{})
		if err != nil || ns.Labels[LabelInstalled] != "true" {
			t.Errorf("namespace %q is not marked as ours: %v", name, err)
		}
	}
	addKinds(t, s)
	same(t, strings.ReplaceAll(installed, " installed", " unchanged"), s.doInstall(t, InstallOptions{}))
	if v := s.last(t, releaseRio, rioNamespace).Version; v != 1 {
		t.Errorf("a second install wrote revision %d", v)
	}
}

// addKinds is what Istio's charts would have done.
func addKinds(t *testing.T, s *stage) {
	t.Helper()
	crd := object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "virtualservices.networking.istio.io", "helm", nil)
	crd.SetAnnotations(map[string]string{"meta.helm.sh/release-name": releaseBase, "meta.helm.sh/release-namespace": istioNamespace})
	crd.Object["spec"] = map[string]any{
		"group": "networking.istio.io", "names": map[string]any{"plural": "virtualservices"},
		"versions": []any{map[string]any{"name": "v1beta1"}, map[string]any{"name": "v1", "storage": true}},
	}
	if _, err := s.dynamic.Resource(crdResource).Create(t.Context(), crd, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	hook := &admissionregistrationv1.MutatingWebhookConfiguration{ObjectMeta: metav1.ObjectMeta{Name: "istio-sidecar-injector", Labels: map[string]string{"app": "sidecar-injector"}}}
	if _, err := s.kube.AdmissionregistrationV1().MutatingWebhookConfigurations().Create(t.Context(), hook, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

func TestInstallUsesSomebodysIstio(t *testing.T) {
	s := newStage(t)
	addKinds(t, s)
	istiod := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: "mesh", Name: "istiod-canary", Labels: map[string]string{"app": "istiod"}}}
	istiod.Spec.Template.Spec.Containers = []corev1.Container{{Image: "registry:5000/istio/pilot:1.30.2"}}
	if _, err := s.kube.AppsV1().Deployments("mesh").Create(t.Context(), istiod, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(installed, "istio-base: 1.31.4 installed\nistiod: 1.31.4 installed", "istio: 1.30.2 found, used as it is", 1)
	same(t, want, s.doInstall(t, InstallOptions{}))
	same(t, "rio: removed\nnamespaces: removed\n", s.doUninstall(t, UninstallOptions{}))
}

func TestInstallKeepsEarlierSettings(t *testing.T) {
	s := newStage(t)
	on := true
	s.doInstall(t, InstallOptions{HostPort: &on, Set: []string{"gateway.replicas=2"}})
	addKinds(t, s)
	got := s.doInstall(t, InstallOptions{Domain: "apps.example.com"})
	if !strings.Contains(got, "rio: 0.1.0 upgraded\ndomain: apps.example.com\n") {
		t.Error(got)
	}
	config := s.last(t, releaseRio, rioNamespace).Config
	if get(config, "gateway", "hostPort") != true || get(config, "gateway", "replicas") != int64(2) || get(config, "domain") != "apps.example.com" {
		t.Errorf("values are %v", config)
	}
}

// TestInstallGoesOn repeats an install that failed, or was killed, while it made each of
// the releases.
func TestInstallGoesOn(t *testing.T) {
	namespaces := map[string]string{releaseBase: istioNamespace, releaseIstiod: istioNamespace, releaseRio: rioNamespace}
	for name, namespace := range namespaces {
		for _, status := range []helmrelease.Status{helmrelease.StatusFailed, helmrelease.StatusPendingInstall, helmrelease.StatusUninstalling} {
			t.Run(name+" "+status.String(), func(t *testing.T) {
				s := newStage(t)
				s.doInstall(t, InstallOptions{})
				rel := s.last(t, name, namespace)
				rel.Info.Status = status
				config, err := s.helm(namespace)
				if err != nil {
					t.Fatal(err)
				}
				if err := config.Releases.Update(rel); err != nil {
					t.Fatal(err)
				}
				if got := s.doInstall(t, InstallOptions{}); strings.Contains(got, "error") {
					t.Error(got)
				}
				for name, namespace := range namespaces {
					if rel := s.last(t, name, namespace); rel.Info.Status != helmrelease.StatusDeployed || rel.Labels[LabelInstalled] != "true" {
						t.Errorf("release %q is %s, labels %v", name, rel.Info.Status, rel.Labels)
					}
				}
			})
		}
	}
}

func TestInstallWithoutLoadBalancer(t *testing.T) {
	s := newStage(t)
	if err := s.kube.CoreV1().Services(rioNamespace).Delete(t.Context(), cluster.GatewayService, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	lb := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: rioNamespace, Name: cluster.GatewayService}}
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: rioNamespace, Name: "rio-lb-1", Labels: map[string]string{"gateway": "external"}}}
	pod.Status.HostIP = "198.51.100.4"
	if _, err := s.kube.CoreV1().Services(rioNamespace).Create(t.Context(), lb, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.kube.CoreV1().Pods(rioNamespace).Create(t.Context(), pod, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	on := true
	got := s.doInstall(t, InstallOptions{HostPort: &on})
	if !strings.HasSuffix(got, "domain: none yet\nrio: 0.1.0 upgraded\ndomain: 198.51.100.4.nip.io\nnext: kubectl rio run --name hello -p 80/http nginx\n") {
		t.Error(got)
	}
}

func TestInstallRefusesBeforeItWrites(t *testing.T) {
	for name, test := range map[string]struct {
		o    InstallOptions
		want string
	}{
		"a setting the chart does not have": {InstallOptions{Set: []string{"gatway.replicas=2"}}, "gatway"},
		"a values file that is not there":   {InstallOptions{Values: []string{"no/such.yaml"}}, "no/such.yaml"},
		"istio's values file":               {InstallOptions{IstioValues: []string{"no/such.yaml"}}, "values of Istio"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			if got := s.doInstall(t, test.o); !strings.Contains(got, "error: ") || !strings.Contains(got, test.want) {
				t.Error(got)
			}
			if list, err := s.kube.CoreV1().Namespaces().List(t.Context(), metav1.ListOptions{}); err != nil || len(list.Items) > 0 {
				t.Errorf("namespaces were made: %v, %v", list.Items, err)
			}
		})
	}
}

func TestInstallDryRunWritesNothing(t *testing.T) {
	s := newStage(t)
	var manifests strings.Builder
	same(t, "cluster: Kubernetes 1.37.2\n", s.doInstall(t, InstallOptions{Manifests: &manifests, Domain: "apps.example.com"}))
	if got := manifests.String(); !strings.Contains(got, "kind: Gateway") || !strings.Contains(got, "domain: \"apps.example.com\"") {
		t.Error(got)
	}
	if list, err := s.kube.CoreV1().Namespaces().List(t.Context(), metav1.ListOptions{}); err != nil || len(list.Items) > 0 {
		t.Errorf("namespaces were made: %v, %v", list.Items, err)
	}
}
