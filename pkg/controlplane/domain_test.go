package controlplane

import (
	"strings"
	"testing"
	"time"

	helmrelease "helm.sh/helm/v3/pkg/release"
	helmtime "helm.sh/helm/v3/pkg/time"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	k8stesting "k8s.io/client-go/testing"

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
	got := s.doInstall(t, InstallOptions{NoWait: true})
	if !strings.HasSuffix(got, "\nnext: kubectl rio run --name hello --expose 80/http nginx\n") {
		t.Errorf("nothing can be published yet: %s", got)
	}
	on := true
	got = s.doInstall(t, InstallOptions{Settings: Settings{HostPort: &on}})
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

// balancer gives the gateway's Service an address when it was looked at so often.
func (s *stage) balancer(t *testing.T, looks int, ingress corev1.LoadBalancerIngress) {
	t.Helper()
	lb, err := s.kube.CoreV1().Services(rioNamespace).Get(t.Context(), cluster.GatewayService, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	lb.CreationTimestamp = metav1.Now()
	s.kube.(*fake.Clientset).PrependReactor("get", "services", func(k8stesting.Action) (bool, runtime.Object, error) {
		lb.Status.LoadBalancer.Ingress = nil
		if looks--; looks < 0 {
			lb.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{ingress}
		}
		return true, lb.DeepCopy(), nil
	})
}

func TestInstallWaitsForTheAddress(t *testing.T) {
	const never = 1 << 20
	none := "warn  address   service rio-system/rio-lb has no address: this cluster seems to have no load balancer, or it has none to give\n" +
		"      fix       kubectl describe service -n rio-system rio-lb; without a load balancer: kubectl rio install --host-port\n"
	later := "the gateway has no address yet; for the domain, repeat when it has one: kubectl rio install\n"
	domain := Settings{Domain: new("d.example")}
	for sentence, tc := range map[string]struct {
		o     InstallOptions
		looks int
		since time.Duration // the release was written
		want  string
	}{
		"it comes, and makes the domain":   {InstallOptions{}, 20, 0, "domain: 127.0.0.1.nip.io\n"},
		"it comes, beside a domain":        {InstallOptions{Settings: domain}, 20, 0, "domain: d.example\n"},
		"it did not come":                  {InstallOptions{}, never, 2 * time.Minute, "domain: none yet\n" + none},
		"it did not come, beside a domain": {InstallOptions{Settings: domain}, never, 2 * time.Minute, "domain: d.example\n" + none},
		"nobody waits":                     {InstallOptions{NoWait: true}, never, 0, "domain: none yet\n" + later},
		"nobody waits, for no node either": {InstallOptions{NoWait: true, Settings: Settings{HostPort: new(true)}}, never, 0, "domain: none yet\n" + later},
		"nobody waits, beside a domain":    {InstallOptions{NoWait: true, Settings: domain}, never, 0, "domain: d.example\n"},
		"none is wanted": {InstallOptions{Settings: Settings{Set: []string{"gateway.service.type=ClusterIP"}}}, never, 0, "domain: none yet\n" +
			"the gateway is reached inside the cluster only; name the domain that leads to it: kubectl rio install --domain DOMAIN\n"},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := newStage(t)
			addKinds(t, s)
			s.balancer(t, tc.looks, corev1.LoadBalancerIngress{IP: address})
			if tc.since > 0 {
				s.doInstall(t, InstallOptions{Settings: tc.o.Settings, NoWait: true})
				s.last(t, releaseRio, rioNamespace).Info.LastDeployed = helmtime.Time{Time: time.Now().Add(-tc.since)}
			}
			_, got, _ := strings.Cut(done(s.doInstall(t, tc.o)), "ed\n") // rio: installed or unchanged
			got, _, _ = strings.Cut(got, "next: ")
			same(t, tc.want, got)
		})
	}
	s := newStage(t)
	addKinds(t, s)
	s.balancer(t, never, corev1.LoadBalancerIngress{})
	s.Timeout = 2 * time.Second // a busy machine renders the chart first
	if got := s.doInstall(t, InstallOptions{Settings: domain}); !strings.HasSuffix(got, "domain: failed\nerror: after 2s still waiting for the address of service \"rio-lb\"\nwithout a load balancer: kubectl rio install --host-port\n") {
		t.Errorf("the time for all is up: %s", got)
	}
}

// Amazon's load balancers have a host name, and none below it.
func TestInstallLooksUpNamesBelowTheLoadBalancers(t *testing.T) {
	s := newStage(t)
	addKinds(t, s)
	s.balancer(t, 0, corev1.LoadBalancerIngress{Hostname: "a1.invalid"})
	const want = "warn  dns       hello.default.a1.invalid, a name below the load balancer's own, cannot be resolved: "
	got := s.doInstall(t, InstallOptions{})
	if !strings.Contains(got, want) || !strings.Contains(got, "\n      fix       kubectl rio install --domain DOMAIN, and make the DNS record *.DOMAIN, a CNAME of a1.invalid\n") {
		t.Error(got)
	}
	if got := s.doInstall(t, InstallOptions{Settings: Settings{Domain: new("d.example")}}); strings.Contains(got, "  dns  ") {
		t.Errorf("the user's domain may get its record later: %s", got)
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

// Nothing derives a domain for manifests, and users are refused without one.
func TestManifestsWithoutADomain(t *testing.T) {
	const advice = "the gateway will have no address of its own, and this has no domain; add --domain DOMAIN (for one node: ADDRESS.nip.io)\n"
	on := true
	for sentence, tc := range map[string]struct {
		s    Settings
		want bool
	}{
		"a load balancer's comes":     {Settings{}, false},
		"the nodes' own ports":        {Settings{HostPort: &on}, true},
		"node ports":                  {Settings{NodePort: &on}, true},
		"inside the cluster only":     {Settings{Set: []string{"gateway.service.type=ClusterIP"}}, true},
		"node ports below a domain":   {Settings{NodePort: &on, Domain: new("apps.example.com")}, false},
		"one that a node gave before": {Settings{HostPort: &on, Set: []string{"nodeDomain=192.0.2.4.nip.io"}}, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			var manifests strings.Builder
			if got := newStage(t).doInstall(t, InstallOptions{Settings: tc.s, Manifests: &manifests}); strings.Contains(got, advice) != tc.want || manifests.String() == "" {
				t.Error(got)
			}
		})
	}
}
