package plan_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// way is one on which all is well: foobar with v2 at 30 %, published, a pod each.
func way() *plan.Path {
	s := rio.Service{Namespace: "shop", Name: "foobar", Domain: "127.0.0.1.nip.io", Gateway: "rio-system/rio-gateway", Ports: []rio.Port{{Number: 80, Protocol: "http", Publish: true}}}
	p := &plan.Path{Ref: s.Ref(), Entrance: entrance()}
	for name, weight := range map[string]int{rio.Latest: 70, "v2": 30} {
		ref := s.Ref().Of(name)
		template := corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{
			Name: "foobar", Image: "nginx", Ports: []corev1.ContainerPort{{Name: "http-80", ContainerPort: 80}},
		}}}}
		template.Labels = rio.Labels(ref)
		cause := map[string]string{rio.Latest: "run --name foobar --publish 80/http nginx", "v2": "stage --cpus 1000 --env MODE=x --image httpd --weight 5% foobar:v2 -- --verbose"}[name]
		s.Put(rio.Revision{Name: name, Kind: "Deployment", Replicas: ptr.To[int32](1), Weight: weight, Template: template, Cause: rio.Cause{Command: cause},
			Observed: &rio.Observed{Workload: "deployment/" + ref.ObjectName(), UpToDate: true, Reported: true, Replicas: 1, Ready: 1, Available: 1, Updated: 1, Total: 1, Template: template}})
		p.Pods.Items = append(p.Pods.Items, podOf(ref, "10.0.0."+string('0'+rune(len(name)))))
	}
	p.Service = s
	slice := discoveryv1.EndpointSlice{}
	slice.Labels = map[string]string{"kubernetes.io/service-name": "foobar"}
	for _, pod := range p.Pods.Items {
		slice.Endpoints = append(slice.Endpoints, discoveryv1.Endpoint{Addresses: []string{pod.Status.PodIP}})
	}
	p.Slices.Items = []discoveryv1.EndpointSlice{slice}
	for _, o := range manifest.Render(s) {
		switch o := o.(type) {
		case *istio.VirtualService:
			p.Routes.Items = append(p.Routes.Items, o)
		case *istio.DestinationRule:
			p.Rules.Items = append(p.Rules.Items, o)
		case *corev1.Service:
			p.Services.Items = append(p.Services.Items, *o)
		}
	}
	p.Entrance.Lookup = &plan.Lookup{Host: "foobar.shop.127.0.0.1.nip.io", Addresses: []string{"127.0.0.1"}}
	p.Answer = &plan.Answer{URL: "http://foobar.shop.127.0.0.1.nip.io", Status: 200, Own: true, Took: 3e6}
	return p
}

func podOf(ref rio.Ref, ip string) corev1.Pod {
	pod := corev1.Pod{}
	pod.Namespace, pod.Name, pod.Labels = ref.Namespace, ref.ObjectName()+"-f6985f578-schpv", rio.Labels(ref)
	pod.UID = "uid-of-" + "pod"
	pod.Labels["pod-template-hash"] = "f6985f578"
	pod.OwnerReferences = append(pod.OwnerReferences, ownerOf("ReplicaSet", ref.ObjectName()+"-f6985f578"))
	pod.Spec.Containers = []corev1.Container{{Name: "foobar"}, {Name: "istio-proxy"}}
	pod.Status = corev1.PodStatus{Phase: corev1.PodRunning, PodIP: ip, Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}}
	return pod
}

// entrance is one through which everybody comes.
func entrance() plan.Entrance {
	lb := corev1.Service{}
	lb.Spec.Type = corev1.ServiceTypeLoadBalancer
	lb.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{{IP: "127.0.0.1"}}
	pod := podOf(rio.Ref{Namespace: "rio-system", Service: "rio-lb"}, "10.0.0.1")
	pod.Labels = map[string]string{"gateway": "external"}
	gw := &istio.Gateway{}
	gw.Namespace, gw.Name = "rio-system", "rio-gateway"
	gw.Spec.Selector = map[string]string{"gateway": "external"}
	gw.Spec.Servers = []*networking.Server{{Port: &networking.Port{Number: 80, Protocol: "HTTP"}, Hosts: []string{"*"}}}
	istiod := appsv1.Deployment{Status: appsv1.DeploymentStatus{ReadyReplicas: 1}}
	istiod.Namespace, istiod.Name = "istio-system", "istiod"
	return plan.Entrance{
		Gateway:    plan.Gateway{Name: "rio-system/rio-gateway", Domain: "127.0.0.1.nip.io", Ports: []rio.Port{{Number: 80, Protocol: "http"}}},
		Balancer:   plan.Read[corev1.Service]{Items: []corev1.Service{lb}},
		Deployment: plan.Read[appsv1.Deployment]{Items: []appsv1.Deployment{{Spec: appsv1.DeploymentSpec{Replicas: ptr.To[int32](1)}}}},
		Pods:       plan.Read[corev1.Pod]{Items: []corev1.Pod{pod}},
		Gateways:   plan.Read[*istio.Gateway]{Items: []*istio.Gateway{gw}},
		Istiod:     plan.Read[appsv1.Deployment]{Items: []appsv1.Deployment{istiod}},
		Doors:      []plan.Door{{Address: "127.0.0.1", Port: 80}},
	}
}

func TestWhyOfAWayOnWhichAllIsWell(t *testing.T) {
	var got []string
	for _, f := range plan.Why(*way()) {
		got = append(got, strings.TrimSpace(string(f.Level)+" "+f.Link+" "+f.Revision)+": "+f.Text)
	}
	want := []string{
		"ok dns: foobar.shop.127.0.0.1.nip.io is 127.0.0.1",
		"ok balancer: service rio-system/rio-lb, 127.0.0.1 port 80 answers",
		"ok gateway: rio-system/rio-gateway port 80, 1/1 pods",
		"ok route: virtualservice/foobar: latest 70%, v2 30%, no other owner of its hosts",
		"ok subset: destinationrule/foobar: latest, v2",
		"ok service: service/foobar: 2 endpoints ready",
		"ok pods latest: 70% of the traffic, 1/1 ready",
		"ok pods v2: 30% of the traffic, 1/1 ready",
		"ok answer: GET http://foobar.shop.127.0.0.1.nip.io answers 200 in 3ms",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// unfilled finds a word of a trouble to which nobody gave a value.
var unfilled = regexp.MustCompile(`\{[a-z]+\}`)

// found lists what is not well, and checks that its words are whole.
func found(t *testing.T, list []rio.Finding) []string {
	t.Helper()
	var ids []string
	for _, f := range list {
		if words := f.Text + f.Fix; unfilled.MatchString(words) || strings.Contains(words, "  ") {
			t.Errorf("%s is not whole: %q, %q", f.ID, f.Text, f.Fix)
		}
		if f.Level != rio.LevelOK {
			ids = append(ids, string(f.Level)+" "+f.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// breakage is one thing that is broken on a way, and all that is to be found then.
type breakage struct {
	id    string
	do    func(p *plan.Path)
	level rio.Level // when it is not the trouble's own
	text  string    // part of what is said
	fix   string    // the whole of it
	also  []string  // findings that follow from it
}

func TestWhyFindsWhatIsBroken(t *testing.T) {
	levels := map[string]rio.Level{}
	for _, trouble := range rio.Troubles() {
		levels[trouble.ID] = trouble.Level
	}
	for sentence, tc := range breakages() {
		t.Run(sentence, func(t *testing.T) {
			p := way()
			tc.do(p)
			list := plan.Why(*p)
			level := levels[tc.id]
			if tc.level != "" {
				level = tc.level
			}
			want := append([]string{string(level) + " " + tc.id}, tc.also...)
			slices.Sort(want)
			if diff := cmp.Diff(want, found(t, list)); diff != "" {
				t.Fatal(diff)
			}
			i := slices.IndexFunc(list, func(f rio.Finding) bool { return f.ID == tc.id })
			if f := list[i]; !strings.Contains(f.Text, tc.text) || tc.fix != "" && f.Fix != tc.fix {
				t.Errorf("it says %q, and helps with %q", f.Text, f.Fix)
			}
		})
	}
}
