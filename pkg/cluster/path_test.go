package cluster

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// gatewayWorld answers as a cluster does that has the gateway at an address, and foobar on it.
func gatewayWorld(t *testing.T, address string) map[string]answer {
	t.Helper()
	s := foobar()
	byKind := map[string][]any{}
	for _, o := range manifest.Render(s) {
		m := stored(t, o, func(meta map[string]any) {
			meta["managedFields"] = []any{map[string]any{"manager": rio.FieldManager, "operation": "Apply", "fieldsType": "FieldsV1", "fieldsV1": map[string]any{"f:spec": map[string]any{}}}}
		})
		byKind[manifest.Kind(o)] = append(byKind[manifest.Kind(o)], m)
	}
	lb := corev1.Service{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Service"}, ObjectMeta: metav1.ObjectMeta{Name: GatewayService}}
	lb.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{{IP: address}}
	gateway := map[string]any{"apiVersion": "networking.istio.io/v1", "kind": "Gateway", "metadata": map[string]any{"namespace": "rio-system", "name": "rio-gateway"}}
	pod := troubled("foobar-1", false, crashed)
	pod.Namespace = "default"
	return map[string]answer{
		"GET /apis/apps/v1/namespaces/default/deployments":                      {200, listOf("apps/v1", "Deployment", byKind[manifest.KindDeployment]...)},
		"GET /api/v1/namespaces/default/services":                               {200, listOf("v1", "Service", byKind["Service"]...)},
		"GET /apis/networking.istio.io/v1/namespaces/default/virtualservices":   {200, listOf("networking.istio.io/v1", "VirtualService", byKind[manifest.KindVirtualService]...)},
		"GET /apis/networking.istio.io/v1/namespaces/default/destinationrules":  {200, listOf("networking.istio.io/v1", "DestinationRule", byKind[manifest.KindDestinationRule]...)},
		"GET /apis/networking.istio.io/v1/virtualservices":                      {403, refused("virtualservices", "")},
		"GET /apis/networking.istio.io/v1/gateways":                             {200, listOf("networking.istio.io/v1", "Gateway", gateway)},
		"GET /api/v1/namespaces/default/pods":                                   {200, listOf("v1", "Pod", pod)},
		"GET /api/v1/namespaces/default/events":                                 {200, listOf("v1", "Event")},
		"GET /apis/discovery.k8s.io/v1/namespaces/default/endpointslices":       {200, listOf("discovery.k8s.io/v1", "EndpointSlice")},
		"GET /api/v1/namespaces/rio-system/services/" + GatewayService:          {200, lb},
		"GET /api/v1/namespaces/rio-system/pods":                                {403, refused("pods", "rio-system")},
		"GET /apis/apps/v1/namespaces/rio-system/deployments/" + GatewayService: {200, appsv1.Deployment{TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"}}},
		"GET /api/v1/namespaces/" + DefaultsNamespace + "/configmaps/" + DefaultsConfigMap: {200, corev1.ConfigMap{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"}, Data: map[string]string{"gateway": "rio-system/rio-gateway", "domain": "example.com", "ports": "80/http"}}},
	}
}

func refused(resource, namespace string) metav1.Status {
	where := ""
	if namespace != "" {
		where = fmt.Sprintf(" in the namespace %q", namespace)
	}
	return status(403, metav1.StatusReasonForbidden, fmt.Sprintf(`%s is forbidden: User "dev" cannot list resource %q in API group ""%s`, resource, resource, where), nil)
}

// shut is an address that no connection leads to, whatever listens on this machine.
const shut = "255.255.255.255"

func TestPathReadsAllAndSaysWhatItMayNot(t *testing.T) {
	c, _ := with(t, gatewayWorld(t, shut))
	p, err := c.Path(t.Context(), rio.Ref{Namespace: "default", Service: "foobar"})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{
		"routes": len(p.Routes.Items), "rules": len(p.Rules.Items), "services": len(p.Services.Items), "pods": len(p.Pods.Items),
		"gateways": len(p.Entrance.Gateways.Items), "revisions": len(p.Service.Revisions), "doors": len(p.Entrance.Doors),
	}
	if diff := cmp.Diff(map[string]int{"routes": 1, "rules": 1, "services": 1, "pods": 1, "gateways": 1, "revisions": 1, "doors": 1}, got); diff != "" {
		t.Error(diff)
	}
	if d := p.Routes.Denied; d == nil || d.Resource != "virtualservices" || d.Namespace != "" {
		t.Errorf("that only the stack's own routes were read is not said: %+v", d)
	}
	if d := p.Entrance.Pods.Denied; d == nil || *d != (plan.Denied{Resource: "pods", Namespace: "rio-system", User: "dev"}) {
		t.Errorf("%+v", d)
	}
	if p.Answer != nil || p.Entrance.Doors[0].Error == "" || p.Entrance.Lookup == nil {
		t.Errorf("a door that is shut: %+v, %+v", p.Answer, p.Entrance)
	}
	if _, err := c.Path(t.Context(), rio.Ref{Namespace: "default", Service: "foobar", Revision: "v9"}); err == nil || !strings.Contains(err.Error(), `has no revision "v9"`) {
		t.Errorf("a revision that is not there: %v", err)
	}
}

// What the server does not say of itself is an error, not a finding.
func TestPathOfAServerThatFails(t *testing.T) {
	answers := gatewayWorld(t, shut)
	answers["GET /api/v1/namespaces/default/events"] = answer{500, status(500, metav1.StatusReasonInternalError, "out of order", nil)}
	c, _ := with(t, answers)
	if _, err := c.Path(t.Context(), rio.Ref{Namespace: "default", Service: "foobar"}); err == nil || !strings.Contains(err.Error(), "out of order") {
		t.Errorf("got %v", err)
	}
}

func TestSetup(t *testing.T) {
	answers := gatewayWorld(t, shut)
	split := manifest.Render(foobar())
	vs := stored(t, split[len(split)-1], func(map[string]any) {})
	route := vs["spec"].(map[string]any)["http"].([]any)[0].(map[string]any)
	one := route["route"].([]any)[0].(map[string]any)
	two := map[string]any{"destination": map[string]any{"host": "foobar", "subset": "v2"}, "weight": 30}
	one["weight"], route["route"] = 70, []any{one, two}
	answers["GET /apis/networking.istio.io/v1/virtualservices"] = answer{200, listOf("networking.istio.io/v1", "VirtualService", vs)}
	answers["GET /api/v1/nodes"] = answer{200, listOf("v1", "Node", corev1.Node{})}
	answers["GET /api/v1/pods"] = answer{200, listOf("v1", "Pod", troubled("foobar-1", true, running))}
	answers["GET /api/v1/namespaces/default/pods"] = answer{200, listOf("v1", "Pod", troubled("job", true, running))}
	c, _ := with(t, answers)
	s, err := c.Setup(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Nodes.Items) != 1 || len(s.Pods.Items) != 2 || len(s.Routes.Items) != 1 {
		t.Errorf("%d nodes, %d pods (those of the stack with a split, too), %d routes", len(s.Nodes.Items), len(s.Pods.Items), len(s.Routes.Items))
	}
	if l := s.Entrance.Lookup; l == nil || l.Host != "foobar.default.example.com" {
		t.Errorf("%+v", l)
	}
	if len(s.Entrance.Doors) != 1 || s.Entrance.Doors[0].Error == "" || s.Webhook.Took != 0 || s.Webhook.Unreached != "" {
		t.Errorf("%+v, %+v", s.Entrance.Doors, s.Webhook)
	}
}

// A pod that answers through a forwarded port may be out of the API server's own reach.
func TestSetupHasTheAPIServerCallTheWebhook(t *testing.T) {
	const calling = "GET /api/v1/namespaces/rio-system/services/https:rio-webhook:443/proxy/readyz"
	for sentence, tc := range map[string]struct {
		ready  int
		called answer
		want   string
	}{
		"reached":           {1, answer{200, map[string]any{}}, ""},
		"a firewall":        {1, answer{503, status(503, metav1.StatusReasonServiceUnavailable, "error trying to reach service: dial tcp 10.0.0.7:10250: i/o timeout", nil)}, "dial tcp 10.0.0.7:10250: i/o timeout"},
		"no right to ask":   {1, answer{403, status(403, metav1.StatusReasonForbidden, "no", nil)}, ""},
		"no pod to be told": {0, answer{503, "nobody is to ask"}, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			answers := gatewayWorld(t, shut)
			answers["GET /api/v1/nodes"], answers["GET /api/v1/pods"] = answer{200, listOf("v1", "Node")}, answer{200, listOf("v1", "Pod")}
			deployment := stored(t, &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: webhookName}}, asIs)
			deployment["status"] = map[string]any{"readyReplicas": tc.ready}
			answers["GET /apis/apps/v1/namespaces/rio-system/deployments/rio-webhook"] = answer{200, deployment}
			answers[calling] = tc.called
			c, _ := with(t, answers)
			s, err := c.Setup(t.Context())
			if err != nil || s.Webhook.Unreached != tc.want {
				t.Errorf("got %q, %v; want %q", s.Webhook.Unreached, err, tc.want)
			}
		})
	}
}

// A cluster without Istio and without rio is read too: check says what it needs.
func TestSetupOfAnEmptyCluster(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.NotFound(w, nil) }))
	defer srv.Close()
	s, err := clientOf(t, srv.URL).Setup(t.Context())
	if err != nil || s.Entrance.Gateway.Name != "" || len(s.Entrance.Balancer.Items)+len(s.Routes.Items) != 0 || s.Entrance.Gateways.Denied != nil {
		t.Errorf("%v, %+v", err, s)
	}
}
