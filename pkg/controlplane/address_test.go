package controlplane

import (
	"strings"
	"testing"

	helmrelease "helm.sh/helm/v3/pkg/release"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
)

// The API server would refuse it after half of the upgrade, and each later one too.
func TestClassFindings(t *testing.T) {
	of := func(class, kind string) map[string]any {
		return map[string]any{"gateway": map[string]any{"service": map[string]any{"loadBalancerClass": class, "type": kind}}}
	}
	refused := func(live, class string) string {
		return "fail  address   the load balancer class of service rio-system/rio-lb is " + live + " and cannot be changed, and gateway.service.loadBalancerClass is " + class +
			"\n      fix       kubectl delete service -n rio-system rio-lb, and repeat; the gateway's address changes with it\n"
	}
	for sentence, tc := range map[string]struct {
		live         string
		last, values map[string]any
		want         string
	}{
		"nothing said":             {"", nil, nil, ""},
		"the cluster set one":      {"service.k8s.aws/nlb", nil, nil, ""},
		"and none is wanted still": {"service.k8s.aws/nlb", nil, of("", ""), ""},
		"the same":                 {"a/b", of("a/b", ""), of("a/b", ""), ""},
		"a first one":              {"", nil, of("a/b", ""), refused("none", `"a/b"`)},
		"another one":              {"a/b", of("a/b", ""), of("a/c", "LoadBalancer"), refused(`"a/b"`, `"a/c"`)},
		"none any more":            {"a/b", of("a/b", ""), of("", ""), refused(`"a/b"`, "none")},
		"back after it failed":     {"", of("a/b", ""), of("", ""), ""},
		"no load balancer now":     {"a/b", of("a/b", ""), of("", "NodePort"), ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			lb := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: rioNamespace, Name: cluster.GatewayService}, Spec: corev1.ServiceSpec{Type: corev1.ServiceTypeLoadBalancer}}
			if tc.live != "" {
				lb.Spec.LoadBalancerClass = &tc.live
			}
			p := &plane{kube: fakeKube("v1.37.2", "", lb)}
			same(t, tc.want, drawn(p.classFindings(t.Context(), tc.values, &helmrelease.Release{Config: tc.last})...))
		})
	}
	nodePort := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: rioNamespace, Name: cluster.GatewayService}, Spec: corev1.ServiceSpec{Type: corev1.ServiceTypeNodePort}}
	for _, there := range []*corev1.Service{nodePort, {}} { // a new load balancer may have any
		same(t, "", drawn((&plane{kube: fakeKube("v1.37.2", "", there)}).classFindings(t.Context(), of("a/b", ""), nil)...))
	}
	s := newStage(t)
	lb, err := s.kube.CoreV1().Services(rioNamespace).Get(t.Context(), cluster.GatewayService, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	lb.Spec.Type = corev1.ServiceTypeLoadBalancer
	if _, err := s.kube.CoreV1().Services(rioNamespace).Update(t.Context(), lb, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	if got := s.doInstall(t, InstallOptions{Settings: Settings{Set: []string{"gateway.service.loadBalancerClass=a/b"}}}); !strings.HasPrefix(done(got), "error: address: the load balancer class ") {
		t.Error(got)
	}
}
