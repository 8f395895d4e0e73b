package controlplane

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	helmrelease "helm.sh/helm/v3/pkg/release"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
)

// looked is what the preflight says of an empty cluster, but for its address.
const looked = `ok    server    Kubernetes 1.37.2
ok    rights    yours cover install
ok    istio     none yet; install brings it
ok    rio       not installed; chart 0.1.0 comes
`

// did is what install says that it did.
const did = `istio-base: 1.31.4 installed
istiod: 1.31.4 installed
rio: 0.1.0 installed
domain: 127.0.0.1.nip.io
next: kubectl rio run --name hello -p 80/http nginx
`

func same(t *testing.T, want, got string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// done is the part of an install's screen that comes after the preflight.
func done(screen string) string {
	lines := strings.SplitAfter(screen, "\n")
	for i, line := range lines {
		if !strings.HasPrefix(line, "ok ") && !strings.HasPrefix(line, "warn ") && !strings.HasPrefix(line, " ") {
			return strings.Join(lines[i:], "")
		}
	}
	return ""
}

func TestInstallTwice(t *testing.T) {
	s := newStage(t)
	screen := s.doInstall(t, InstallOptions{})
	if !strings.HasPrefix(screen, looked) {
		t.Error(screen)
	}
	same(t, did, done(screen))
	for _, name := range []string{istioNamespace, rioNamespace} {
		ns, err := s.kube.CoreV1().Namespaces().Get(t.Context(), name, metav1.GetOptions{})
		if err != nil || ns.Labels[LabelInstalled] != "true" {
			t.Errorf("namespace %q is not marked as ours: %v", name, err)
		}
	}
	addKinds(t, s)
	same(t, strings.ReplaceAll(did, " installed", " unchanged"), done(s.doInstall(t, InstallOptions{})))
	if v := s.last(t, releaseRio, rioNamespace).Version; v != 1 {
		t.Errorf("a second install wrote revision %d", v)
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
	screen := s.doInstall(t, InstallOptions{})
	if !strings.Contains(screen, "ok    istio     1.30.2 found, revision default, sidecar mode; used as it is\n") {
		t.Error(screen)
	}
	same(t, strings.Replace(did, "istio-base: 1.31.4 installed\nistiod: 1.31.4 installed\n", "", 1), done(screen))
	same(t, "rio: removed\nnamespaces: removed\n", s.doUninstall(t, UninstallOptions{}))
}

func TestInstallKeepsEarlierSettings(t *testing.T) {
	s := newStage(t)
	on := true
	s.doInstall(t, InstallOptions{Settings: Settings{HostPort: &on, Set: []string{"gateway.replicas=2"}}})
	addKinds(t, s)
	got := s.doInstall(t, InstallOptions{Settings: Settings{Domain: new("apps.example.com")}})
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

// An autoscaler that goes must not write its number of pods over the chart's.
func TestInstallEndsAnAutoscalerFirst(t *testing.T) {
	s := newStage(t)
	s.doInstall(t, InstallOptions{Settings: Settings{Set: []string{"gateway.autoscaling.enabled=true"}}})
	scalers := s.kube.AutoscalingV2().HorizontalPodAutoscalers(rioNamespace)
	scaler := &autoscalingv2.HorizontalPodAutoscaler{ObjectMeta: metav1.ObjectMeta{Namespace: rioNamespace, Name: cluster.GatewayService}}
	if _, err := scalers.Create(t.Context(), scaler, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		set   string
		there bool
	}{{"gateway.replicas=2", true}, {"gateway.autoscaling.enabled=false", false}, {"gateway.replicas=3", false}} {
		if got := s.doInstall(t, InstallOptions{Settings: Settings{Set: []string{step.set}}}); !strings.Contains(got, "rio: 0.1.0 upgraded\n") {
			t.Errorf("%s: %s", step.set, got)
		}
		if _, err := scalers.Get(t.Context(), scaler.Name, metav1.GetOptions{}); apierrors.IsNotFound(err) == step.there {
			t.Errorf("after --set %s: %v", step.set, err)
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
	pod.Spec.NodeName = "n1"
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "n1"}}
	node.Status.Addresses = []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: "10.0.0.4"}, {Type: corev1.NodeExternalIP, Address: "198.51.100.4"}}
	if _, err := s.kube.CoreV1().Nodes().Create(t.Context(), node, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.kube.CoreV1().Services(rioNamespace).Create(t.Context(), lb, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.kube.CoreV1().Pods(rioNamespace).Create(t.Context(), pod, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	on := true
	got := s.doInstall(t, InstallOptions{Settings: Settings{HostPort: &on}})
	if !strings.HasSuffix(got, "domain: none yet\nrio: 0.1.0 upgraded\ndomain: 198.51.100.4.nip.io\nnext: kubectl rio run --name hello -p 80/http nginx\n") {
		t.Error(got)
	}
}

func TestInstallRefusesBeforeItWrites(t *testing.T) {
	for name, test := range map[string]struct {
		o    InstallOptions
		want string
	}{
		"a setting the chart does not have": {InstallOptions{Settings: Settings{Set: []string{"gatway.replicas=2"}}}, "gatway"},
		"a values file that is not there":   {InstallOptions{Settings: Settings{Values: []string{"no/such.yaml"}}}, "no/such.yaml"},
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
