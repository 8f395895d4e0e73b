package controlplane

import (
	"strings"
	"testing"

	helmrelease "helm.sh/helm/v3/pkg/release"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
)

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
	derived := "domain: none yet\nrio: 0.1.0 upgraded\ndomain: 198.51.100.4.nip.io\nnext: kubectl rio run --name hello -p 80/http nginx\n"
	if !strings.HasSuffix(got, derived) {
		t.Error(got)
	}
	if got := s.doInstall(t, InstallOptions{}); !strings.HasSuffix(got, "rio: 0.1.0 unchanged\ndomain: 198.51.100.4.nip.io\nnext: kubectl rio run --name hello -p 80/http nginx\n") {
		t.Errorf("it stays: %s", got)
	}

	node.Status.Addresses[1].Address = "198.51.100.5"
	if _, err := s.kube.CoreV1().Nodes().Update(t.Context(), node, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	if got := s.doInstall(t, InstallOptions{}); !strings.HasSuffix(got, strings.ReplaceAll("rio: 0.1.0 unchanged\n"+derived, "100.4", "100.5")) {
		t.Errorf("it follows the gateway: %s", got)
	}
	got = s.doInstall(t, InstallOptions{Settings: Settings{NodePort: &on, HostPort: new(false)}})
	if !strings.HasSuffix(got, "domain: none yet\nrio: 0.1.0 upgraded\ndomain: 198.51.100.5.nip.io\nnext: kubectl rio run --name hello -p 30080:80/http nginx\n") {
		t.Error(got)
	}

	lb.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{{IP: "127.0.0.1"}}
	if _, err := s.kube.CoreV1().Services(rioNamespace).UpdateStatus(t.Context(), lb, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	got = s.doInstall(t, InstallOptions{Settings: Settings{NodePort: new(false)}})
	if !strings.Contains(got, "domain: 127.0.0.1.nip.io\n") {
		t.Errorf("a load balancer's address makes the domain, not the node of before: %s", got)
	}
}

// What is said to be next must not be refused.
func TestPublishingOnWhatIsOpen(t *testing.T) {
	chart, err := rioChart()
	if err != nil {
		t.Fatal(err)
	}
	for want, ports := range map[string][]Port{
		"-p 80/http ":       nil, // the chart's
		"-p 8080:80/http ":  {{5432, "TCP"}, {8080, "HTTP2"}, {80, "HTTP"}},
		"-p 30080:80/http ": {nodePortHTTP},
		"":                  {{5432, "TCP"}, {443, "TLS"}},
	} {
		values := map[string]any{}
		if len(ports) > 0 {
			set(values, portValues(ports, false), "gateway", "ports")
		}
		same(t, want, publishing(&helmrelease.Release{Chart: chart, Config: values}))
	}
}
