package plan_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	istio "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// setup is a cluster on which all is well.
func setup() *plan.Cluster {
	node := corev1.Node{Status: corev1.NodeStatus{Conditions: []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue}}}}
	node.Name = "node-1"
	c := &plan.Cluster{
		Preflight: []rio.Finding{rio.Fine("server", "Kubernetes 1.37.2"), rio.Fine("istio", "1.31 found"), rio.Fine("address", "127.0.0.1"), rio.Fine("rio", "chart 0.1.0")},
		Installed: true, IstioKinds: true, Injector: true, Entrance: entrance(),
		Nodes: plan.Read[corev1.Node]{Items: []corev1.Node{node}},
		Webhook: plan.Webhook{
			Deployment: plan.Read[appsv1.Deployment]{Items: []appsv1.Deployment{{
				Spec: appsv1.DeploymentSpec{Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{
					{Ports: []corev1.ContainerPort{{Name: "https", ContainerPort: 10260}}}}}}},
				Status: appsv1.DeploymentStatus{ReadyReplicas: 1},
			}}},
			Took: 2 * time.Millisecond, Expires: noon.Add(29*24*time.Hour + time.Minute),
		},
	}
	c.Entrance.Lookup = &plan.Lookup{Host: "hello.default.127.0.0.1.nip.io", Addresses: []string{"127.0.0.1"}}
	return c
}

func TestCheckOfAClusterOnWhichAllIsWell(t *testing.T) {
	var got []string
	for _, f := range plan.CheckCluster(*setup(), noon) {
		got = append(got, string(f.Level)+" "+f.Link+": "+f.Text)
	}
	want := []string{
		"ok server: Kubernetes 1.37.2",
		"ok istio: 1.31 found",
		"ok rio: chart 0.1.0",
		"ok nodes: 1 ready",
		"ok balancer: service rio-system/rio-lb, 127.0.0.1 port 80 answers",
		"ok gateway: rio-system/rio-gateway, 1/1 pods",
		"ok dns: 127.0.0.1.nip.io, for example hello.default.127.0.0.1.nip.io, is 127.0.0.1",
		"ok webhook: answers in 2ms, certificate good for 29d",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// gone is an object of the release that somebody removed.
func gone(kind, name string) func(*plan.Cluster) {
	return func(c *plan.Cluster) { c.Drift = append(c.Drift, plan.Drifted{Kind: kind, Name: name}) }
}

// lonely is a pod without a sidecar.
func lonely(service string) corev1.Pod {
	pod := podOf(rio.Ref{Namespace: "shop", Service: service}, "10.0.0.7")
	pod.Spec.Containers = pod.Spec.Containers[:1]
	return pod
}

var setupBreakages = map[string]struct {
	want string
	do   func(c *plan.Cluster)
	text string
	fix  string
}{
	"a node is not ready": {"warn node-not-ready", func(c *plan.Cluster) {
		c.Nodes.Items[0].Status.Conditions[0] = corev1.NodeCondition{Type: corev1.NodeReady, Status: corev1.ConditionUnknown, Message: "Kubelet stopped posting node status."}
	}, `node "node-1" is not ready: Kubelet stopped`, "kubectl describe node node-1"},
	"a node has not reported": {"warn node-not-ready", func(c *plan.Cluster) { c.Nodes.Items[0].Status.Conditions = nil }, "not reported yet", ""},
	"istiod is scaled to 0": {"fail istiod-down", func(c *plan.Cluster) {
		d := &c.Entrance.Istiod.Items[0]
		d.Spec.Replicas, d.Status.ReadyReplicas = ptr.To[int32](0), 0
	}, "(0/0, deployment istio-system/istiod)", "kubectl scale -n istio-system deployment/istiod --replicas=1"},
	"the defaults were removed": {"fail defaults-missing", func(c *plan.Cluster) {
		c.Entrance.Gateway = plan.Gateway{}
		c.Entrance.Lookup = nil
		gone("ConfigMap", "rio")(c)
	}, "", "kubectl rio install"},
	"the Service was removed": {"fail balancer-missing", func(c *plan.Cluster) {
		c.Entrance.Balancer.Items, c.Entrance.Doors = nil, nil
		gone("Service", "rio-lb")(c)
	}, "", ""},
	"there is no load balancer": {"fail balancer-address", func(c *plan.Cluster) {
		c.Entrance.Balancer.Items[0].Status, c.Entrance.Doors = corev1.ServiceStatus{}, nil
	}, "", "kubectl rio install --host-port"},
	"the Gateway was removed": {"fail gateway-missing", func(c *plan.Cluster) {
		c.Entrance.Gateways.Items, c.Entrance.Doors[0].Error = nil, "connection refused"
		gone("Gateway", "rio-gateway")(c)
	}, "gateway rio-system/rio-gateway", ""},
	"the Gateway was edited": {"fail gateway-selector", func(c *plan.Cluster) {
		c.Entrance.Gateways.Items[0].Spec.Selector, c.Entrance.Doors[0].Error = map[string]string{"x": "y"}, "connection refused"
	}, "x=y", ""},
	"the gateway is down":          {"fail gateway-pods", func(c *plan.Cluster) { c.Entrance.Pods.Items = nil }, "(0/1)", ""},
	"the policy was removed":       {"warn policy-missing", gone("ValidatingAdmissionPolicy", "rio-weights"), "validatingadmissionpolicy rio-weights is not there", ""},
	"its binding was removed":      {"warn policy-missing", gone("ValidatingAdmissionPolicyBinding", "rio-weights"), "validatingadmissionpolicybinding", ""},
	"the webhook was unregistered": {"warn webhook-missing", gone("MutatingWebhookConfiguration", "rio-webhook"), "", ""},
	"the webhook is down":          {"warn webhook-down", func(c *plan.Cluster) { c.Webhook.Deployment.Items[0].Status.ReadyReplicas = 0 }, "(0/1)", "kubectl describe pods -n rio-system -l app=rio-webhook"},
	"the webhook is scaled to 0": {"warn webhook-down", func(c *plan.Cluster) {
		c.Webhook.Deployment.Items[0] = appsv1.Deployment{Spec: appsv1.DeploymentSpec{Replicas: ptr.To[int32](0)}}
	}, "(0/0)", "kubectl scale -n rio-system deployment/rio-webhook --replicas=1"},
	"the webhook is not trusted": {"warn webhook-trust", func(c *plan.Cluster) {
		c.Webhook.Trust, c.Webhook.Took = "x509: certificate signed by unknown authority", 0
	}, "unknown authority", ""},
	"the webhook is behind a firewall": {"warn webhook-unreached", func(c *plan.Cluster) { c.Webhook.Unreached = "dial tcp 10.0.0.7:10260: i/o timeout" }, "10.0.0.7:10260",
		"let the control plane reach port 10260 of the pods in rio-system; or do without: kubectl rio install --set labels.mode=none"},
	"somebody edited a role": {"warn rio-drift", func(c *plan.Cluster) {
		gone("ServiceAccount", "rio-lb")(c)
		c.Drift = append(c.Drift, plan.Drifted{Kind: "RoleBinding", Namespace: "rio-defaults", Name: "rio-defaults", Field: "roleRef.name"})
	}, "serviceaccount/rio-lb (not there), rolebinding/rio-defaults in rio-defaults (roleRef.name)", "kubectl rio install"},
	"pods were made while the injector was away": {"warn stack-sidecars", func(c *plan.Cluster) {
		pod := lonely("web")
		pod.Labels[rio.LabelInject] = "true"
		c.Pods.Items = append(c.Pods.Items, pod)
	}, `1 pod of stack "shop" asked for a sidecar and got none: web-f6985f578-schpv`, "kubectl rollout restart -n shop deployment/web"},
	"a split has callers that it does not reach": {"note callers", func(c *plan.Cluster) {
		job := lonely("job")
		delete(job.Labels, rio.LabelManaged)
		c.Pods.Items = append(c.Pods.Items, job)
		c.Routes = plan.Read[*istio.VirtualService]{Items: way().Routes.Items}
	}, `1 pod of stack "shop" without a sidecar`, ""},
	"one of them is in its node's network": {"note callers", func(c *plan.Cluster) {
		pod := lonely("job")
		pod.Labels[rio.LabelInject], pod.Spec.HostNetwork = "false", true
		c.Pods.Items = append(c.Pods.Items, pod)
		c.Routes = plan.Read[*istio.VirtualService]{Items: way().Routes.Items}
	}, `1 pod of stack "shop" without a sidecar`, "give deployment/job a network of its own: in that of its node, Istio gives a pod no sidecar"},
	"nodes may not be read": {"note rights", func(c *plan.Cluster) {
		c.Nodes = plan.Read[corev1.Node]{Denied: &plan.Denied{Resource: "nodes", User: "dev"}}
		c.Entrance.Gateways.Denied = &plan.Denied{Resource: "gateways", User: "dev"}
	}, "you may not read gateways, nodes of all namespaces",
		"kubectl create clusterrole rio-look --verb=get,list --resource=gateways.networking.istio.io,nodes; then kubectl create clusterrolebinding rio-look-dev --clusterrole=rio-look --user=dev"},
	"istio was removed":  {"fail istio-missing", func(c *plan.Cluster) { c.IstioKinds, c.Injector = false, false }, "", "kubectl rio install"},
	"istiod was removed": {"fail injector-missing", func(c *plan.Cluster) { c.Injector = false }, "", "kubectl rio install"},
	"the domain changed": {"warn domain-old", func(c *plan.Cluster) {
		c.Entrance.Gateway.Domain, c.Entrance.Lookup.Host = "apps.example.com", "hello.default.apps.example.com"
		c.Routes = plan.Read[*istio.VirtualService]{Items: way().Routes.Items}
	}, "published under 127.0.0.1.nip.io, and the domain is apps.example.com now: shop/foobar", "KUBE_EDITOR=true kubectl rio edit shop/foobar"},
	"http is redirected": {"fail tls-redirect", func(c *plan.Cluster) {
		f := rio.TroubleRedirect.Found(rio.Case{"services": "shop/web", "names": "shop/web"})
		f.Level = rio.LevelWarn
		c.Preflight = append(c.Preflight, f)
	}, "shop/web", ""},
	"nothing is installed yet": {"fail rio-missing", func(c *plan.Cluster) {
		*c = plan.Cluster{Preflight: c.Preflight, Nodes: c.Nodes}
	}, "", "kubectl rio install"},
}

func TestAPodInItsNodesNetworkLacksNoSidecar(t *testing.T) {
	c := setup()
	pod := lonely("web")
	pod.Labels[rio.LabelInject], pod.Spec.HostNetwork = "true", true
	c.Pods.Items = append(c.Pods.Items, pod)
	if list := found(t, plan.CheckCluster(*c, noon)); len(list) > 0 {
		t.Errorf("found %v", list)
	}
}

func TestCheckFindsWhatIsBroken(t *testing.T) {
	for sentence, tc := range setupBreakages {
		t.Run(sentence, func(t *testing.T) {
			c := setup()
			tc.do(c)
			list := plan.CheckCluster(*c, noon)
			if diff := cmp.Diff([]string{tc.want}, found(t, list)); diff != "" {
				t.Fatal(diff)
			}
			i := slices.IndexFunc(list, func(f rio.Finding) bool { return f.Level != rio.LevelOK })
			if f := list[i]; !strings.Contains(f.Text, tc.text) || tc.fix != "" && f.Fix != tc.fix {
				t.Errorf("it says %q, and helps with %q", f.Text, f.Fix)
			}
		})
	}
}

// A node may have an address outside that it does not know, and be closed to those outside but
// for the gateway's port: one door that lets in is enough.
func TestCheckOfAGatewayOnNodes(t *testing.T) {
	outside, inside := plan.Door{Address: "198.51.100.4", Port: 80}, plan.Door{Address: "10.0.0.4", Port: 31080}
	shut := func(d plan.Door) plan.Door {
		d.Error = "no answer in 2s"
		return d
	}
	for sentence, tc := range map[string]struct {
		doors []plan.Door
		want  []string
		said  string
	}{
		"from outside":                   {[]plan.Door{outside, shut(inside)}, nil, "service rio-system/rio-lb, 198.51.100.4 port 80 answers"},
		"from inside, and nothing leads": {[]plan.Door{shut(outside), inside}, []string{"warn dns-elsewhere"}, "service rio-system/rio-lb, 10.0.0.4 port 31080 answers"},
		"by both":                        {[]plan.Door{outside, inside}, nil, "service rio-system/rio-lb, 198.51.100.4 port 80 answers"},
		"by none":                        {[]plan.Door{shut(outside), shut(inside)}, []string{"fail balancer-answer", "warn dns-elsewhere"}, "198.51.100.4 port 80 does not answer: no answer in 2s"},
	} {
		t.Run(sentence, func(t *testing.T) {
			c := setup()
			e := &c.Entrance
			e.Balancer.Items[0].Status, e.Balancer.Items[0].Spec.Type, e.Pods.Items[0].Status.HostIP = corev1.ServiceStatus{}, corev1.ServiceTypeNodePort, inside.Address
			e.Lookup.Addresses, e.Doors = []string{outside.Address}, tc.doors
			list := plan.CheckCluster(*c, noon)
			if diff := cmp.Diff(tc.want, found(t, list)); diff != "" {
				t.Error(diff)
			}
			i := slices.IndexFunc(list, func(f rio.Finding) bool { return f.Link == rio.LinkBalancer })
			if diff := cmp.Diff(tc.said, list[i].Text); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What is in the page is found by a rule, and the rule is tested.
func TestEveryTroubleIsTried(t *testing.T) {
	tried := map[string]bool{}
	for _, b := range breakages() {
		tried[b.id] = true
	}
	for _, b := range setupBreakages {
		_, id, _ := strings.Cut(b.want, " ")
		tried[id] = true
	}
	for _, trouble := range rio.Troubles() {
		if !tried[trouble.ID] && !slices.Contains(preflight, trouble.ID) {
			t.Errorf("nobody tries %s", trouble.ID)
		}
	}
}

// preflight are found by what install looks at first, and tested in package controlplane.
var preflight = []string{
	"server-old", "install-rights", "istio-old", "istio-revision", "istio-injector", "istio-namespace", "istio-scope", "istio-kinds", "rio-half", "rio-older", "rio-applied", "rio-record", "rio-newer",
	"address-waits", "address-class", "address-none", "address-answer", "tls-secret", "tls-not-issued", "tls-cert-manager", "tls-issuer", "tls-unused", "tls-redirect",
}
