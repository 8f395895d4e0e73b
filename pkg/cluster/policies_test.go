package cluster

import (
	"net/http"
	"net/http/httptest"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// NetworkPolicies are read where they may be the reason, and whoever may not read them is told the rest.
func TestPoliciesAreReadWhereNoPodAnswers(t *testing.T) {
	read := map[string]answer{"GET /apis/networking.k8s.io/v1/namespaces/default/networkpolicies": {200, listOf("networking.k8s.io/v1", "NetworkPolicy", map[string]any{"metadata": map[string]any{"name": "deny"}})}}
	for sentence, tc := range map[string]struct {
		status int
		own    string
		server map[string]answer
		want   int
	}{
		"the gateway reaches no pod":    {503, "", read, 1},
		"a pod answers":                 {200, "3", read, 0},
		"a pod fails":                   {500, "3", read, 0},
		"the user may not read of them": {503, "", map[string]answer{"GET /apis/networking.k8s.io/v1/namespaces/default/networkpolicies": {403, refused("networkpolicies", "default")}}, 0},
	} {
		t.Run(sentence, func(t *testing.T) {
			gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if tc.own != "" {
					w.Header().Set("x-envoy-upstream-service-time", tc.own)
				}
				w.WriteHeader(tc.status)
			}))
			defer gateway.Close()
			p := plan.Path{Ref: rio.Ref{Namespace: "default", Service: "foobar"}, Service: foobar()}
			p.Service.Ports[0].Number = doorOf(t, gateway.Listener.Addr().String()).Port
			lb := corev1.Service{Status: corev1.ServiceStatus{LoadBalancer: corev1.LoadBalancerStatus{Ingress: []corev1.LoadBalancerIngress{{IP: "127.0.0.1"}}}}}
			p.Entrance.Balancer.Items = []corev1.Service{lb}
			c, _ := with(t, tc.server)
			c.knock(t.Context(), &p)
			if p.Answer == nil || p.Answer.Status != tc.status || len(p.Policies.Items) != tc.want {
				t.Errorf("got %+v and %d policies, want status %d and %d", p.Answer, len(p.Policies.Items), tc.status, tc.want)
			}
		})
	}
}
