package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	networking "istio.io/api/networking/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestAddresses(t *testing.T) {
	hostPort := func(e *plan.Entrance) {
		e.Balancer.Items[0].Status = corev1.ServiceStatus{}
		pod := &e.Pods.Items[0]
		pod.Status.HostIP, pod.Spec.Containers[0].Ports = "192.0.2.7", []corev1.ContainerPort{{ContainerPort: 80, HostPort: 80}}
		e.Pods.Items = append(e.Pods.Items, *pod) // a second one on the same node
	}
	for sentence, tc := range map[string]struct {
		edit func(*plan.Entrance)
		want []string
	}{
		"the load balancer's": {func(*plan.Entrance) {}, []string{"127.0.0.1"}},
		"its names, too": {func(e *plan.Entrance) {
			e.Balancer.Items[0].Status.LoadBalancer.Ingress[0] = corev1.LoadBalancerIngress{Hostname: "lb.example.com"}
		}, []string{"lb.example.com"}},
		"none yet":                   {func(e *plan.Entrance) { e.Balancer.Items[0].Status = corev1.ServiceStatus{} }, nil},
		"those of nodes, once each":  {hostPort, []string{"192.0.2.7"}},
		"the load balancer is first": {func(e *plan.Entrance) { hostPort(e); e.Balancer.Items[0].Status = entrance().Balancer.Items[0].Status }, []string{"127.0.0.1"}},
		"node ports": {func(e *plan.Entrance) {
			e.Balancer.Items[0].Status, e.Balancer.Items[0].Spec.Type, e.Pods.Items[0].Status.HostIP = corev1.ServiceStatus{}, corev1.ServiceTypeNodePort, "192.0.2.8"
		}, []string{"192.0.2.8"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			e := entrance()
			tc.edit(&e)
			if diff := cmp.Diff(tc.want, e.Addresses()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWays(t *testing.T) {
	onNode := func(e *plan.Entrance) {
		e.Balancer.Items[0].Status, e.Balancer.Items[0].Spec.Type, e.Pods.Items[0].Status.HostIP = corev1.ServiceStatus{}, corev1.ServiceTypeNodePort, "10.0.0.4"
		e.Balancer.Items[0].Spec.Ports = []corev1.ServicePort{{Port: 443, NodePort: 31443}, {Port: 80, NodePort: 31080}}
	}
	onHost := func(e *plan.Entrance) {
		onNode(e)
		e.Pods.Items[0].Spec.Containers[0].Ports = []corev1.ContainerPort{{ContainerPort: 80, HostPort: 80}}
	}
	for sentence, tc := range map[string]struct {
		on     func(*plan.Entrance)
		lookup *plan.Lookup
		want   []plan.Door
	}{
		"a load balancer's, whatever the name leads to": {func(*plan.Entrance) {}, &plan.Lookup{Addresses: []string{"192.0.2.1"}}, []plan.Door{{Address: "127.0.0.1", Port: 80}}},
		"a node's address outside, and its own":         {onHost, &plan.Lookup{Addresses: []string{"198.51.100.4"}}, []plan.Door{{Address: "198.51.100.4", Port: 80}, {Address: "10.0.0.4", Port: 80}}},
		"both are the same":                             {onHost, &plan.Lookup{Addresses: []string{"10.0.0.4"}}, []plan.Door{{Address: "10.0.0.4", Port: 80}}},
		"a name of nip.io that nobody resolves":         {onHost, &plan.Lookup{Host: "web.shop.198.51.100.4.nip.io", Error: "no such host"}, []plan.Door{{Address: "198.51.100.4", Port: 80}, {Address: "10.0.0.4", Port: 80}}},
		"one of IPv6":                                   {onHost, &plan.Lookup{Host: "web.shop.2001-db8--7.nip.io", Error: "no such host"}, []plan.Door{{Address: "2001:db8::7", Port: 80}, {Address: "10.0.0.4", Port: 80}}},
		"another name that nobody resolves":             {onHost, &plan.Lookup{Host: "web.shop.example.com", Error: "no such host"}, []plan.Door{{Address: "10.0.0.4", Port: 80}}},
		"what stands before a node port":                {onNode, &plan.Lookup{Addresses: []string{"192.0.2.1"}}, []plan.Door{{Address: "192.0.2.1", Port: 80}, {Address: "10.0.0.4", Port: 31080}}},
		"no name":                                       {onNode, nil, []plan.Door{{Address: "10.0.0.4", Port: 31080}}},
	} {
		t.Run(sentence, func(t *testing.T) {
			e := entrance()
			tc.on(&e)
			e.Lookup = tc.lookup
			if diff := cmp.Diff(tc.want, e.Ways(80)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestURL(t *testing.T) {
	on := func(ports ...rio.Port) func(*plan.Path) { return func(p *plan.Path) { p.Service.Ports = ports } }
	ssh := rio.Port{Number: 22, Protocol: "tcp", Publish: true, AtGateway: true}
	for sentence, tc := range map[string]struct {
		edit  func(*plan.Path)
		url   string
		port  int32
		asked bool
	}{
		"http":                 {func(*plan.Path) {}, "http://foobar.shop.127.0.0.1.nip.io", 80, true},
		"a staged revision's":  {func(p *plan.Path) { p.Ref.Revision = "v2" }, "http://foobar-v2.shop.127.0.0.1.nip.io", 80, true},
		"another port":         {func(p *plan.Path) { p.Service.Ports[0].Number = 8080 }, "http://foobar.shop.127.0.0.1.nip.io:8080", 8080, true},
		"https":                {func(p *plan.Path) { p.Service.TLS = true }, "https://foobar.shop.127.0.0.1.nip.io", 443, true},
		"https passed through": {on(rio.Port{Number: 4443, Protocol: "https", Publish: true}), "https://foobar.shop.127.0.0.1.nip.io:4443", 4443, false},
		"connections":          {on(ssh), "tcp://foobar.shop.127.0.0.1.nip.io:22", 22, false},
		"not published":        {func(p *plan.Path) { p.Service.Ports[0].Publish = false }, "", 0, false},
		"a staged one has no port of its own for connections": {func(p *plan.Path) {
			p.Ref.Revision, p.Service.Ports = "v2", append([]rio.Port{ssh}, p.Service.Ports...)
		}, "http://foobar-v2.shop.127.0.0.1.nip.io", 80, true},
	} {
		t.Run(sentence, func(t *testing.T) {
			p := way()
			tc.edit(p)
			if url, port := p.URL(); url != tc.url || port != tc.port || p.Answers() != tc.asked {
				t.Errorf("%q, %d, asked: %v", url, port, p.Answers())
			}
		})
	}
}

// A host, a Gateway or a rule of somebody else is a trouble only where it meets ours.
func TestOthersThatAreNoTrouble(t *testing.T) {
	for sentence, do := range map[string]func(*plan.Path){
		"the host on another gateway":      theirs("team", []string{"team/own"}, "foobar.shop.127.0.0.1.nip.io"),
		"the same name in another stack":   theirs("team", nil, "foobar"),
		"a host with a star":               theirs("team", []string{"rio-system/rio-gateway"}, "*.shop.127.0.0.1.nip.io"),
		"another host":                     theirs("team", []string{"rio-system/rio-gateway"}, "other.shop.127.0.0.1.nip.io"),
		"a gateway of its own of our name": theirs("team", []string{"rio-gateway"}, "foobar.shop.127.0.0.1.nip.io"),
		"a Gateway for other pods": func(p *plan.Path) {
			other := p.Entrance.Gateways.Items[0].DeepCopy()
			other.Name, other.Spec.Selector = "other", map[string]string{"istio": "ingressgateway"}
			p.Entrance.Gateways.Items = append(p.Entrance.Gateways.Items, other)
		},
		"a Gateway for other hosts": func(p *plan.Path) {
			other := p.Entrance.Gateways.Items[0].DeepCopy()
			other.Name, other.Spec.Servers[0].Hosts = "other", []string{"*.example.com"}
			p.Entrance.Gateways.Items = append(p.Entrance.Gateways.Items, other)
		},
		"a Gateway for another port": func(p *plan.Path) {
			other := p.Entrance.Gateways.Items[0].DeepCopy()
			other.Name, other.Spec.Servers[0].Port.Number = "other", 8080
			p.Entrance.Gateways.Items = append(p.Entrance.Gateways.Items, other)
		},
		"a rule of another host": func(p *plan.Path) {
			other := p.Rules.Items[0].DeepCopy()
			other.Name, other.Spec.Host = "other", "other"
			p.Rules.Items = append(p.Rules.Items, other)
		},
		"a server whose hosts are those of a namespace": func(p *plan.Path) {
			p.Entrance.Gateways.Items[0].Spec.Servers[0].Hosts = []string{"shop/*.127.0.0.1.nip.io"}
		},
		"a server more": func(p *plan.Path) {
			s := &p.Entrance.Gateways.Items[0].Spec.Servers
			*s = append(*s, &networking.Server{Port: &networking.Port{Number: 443, Protocol: "HTTPS"}, Hosts: []string{"*"}})
		},
		"a load balancer with a name, whose addresses change": func(p *plan.Path) {
			p.Entrance.Balancer.Items[0].Status.LoadBalancer.Ingress[0] = corev1.LoadBalancerIngress{Hostname: "lb.example.com"}
			p.Entrance.Lookup.Addresses = []string{"192.0.2.1"}
		},
		"a container of Istio's as init container that stays": func(p *plan.Path) {
			for i := range p.Pods.Items {
				pod := &p.Pods.Items[i]
				pod.Labels[rio.LabelInject] = "true"
				pod.Spec.InitContainers, pod.Spec.Containers = pod.Spec.Containers[1:], pod.Spec.Containers[:1]
			}
		},
		"pods that a rollout leaves": func(p *plan.Path) {
			old := podOf(rio.Ref{Namespace: "shop", Service: "foobar", Revision: "v2"}, "10.0.0.8")
			old.Labels["pod-template-hash"], old.Status.Conditions = "another", nil
			old.CreationTimestamp.Time = old.CreationTimestamp.Add(-1)
			p.Pods.Items = append(p.Pods.Items, old)
		},
		"a revision with neither pods nor traffic": func(p *plan.Path) {
			s := &p.Service
			s.Revisions[0].Weight, s.Revisions[1].Weight = 100, 0
			o := *s.Revisions[1].Observed
			o.Replicas, o.Available, o.Updated, o.Total = 0, 0, 0, 0
			s.Revisions[1].Observed = &o
		},
		"a redirect":             func(p *plan.Path) { p.Answer.Status, p.Answer.Own = 301, false },
		"an answer that says no": func(p *plan.Path) { p.Answer.Status = 404 },
	} {
		t.Run(sentence, func(t *testing.T) {
			p := way()
			do(p)
			if got := found(t, plan.Why(*p)); got != nil {
				t.Errorf("found %v", got)
			}
		})
	}
}

func TestWhyOfAPreviewAndOfWhatIsInsideTheMesh(t *testing.T) {
	p := way()
	p.Ref.Revision = "v2"
	p.Slices.Items[0].Labels["kubernetes.io/service-name"] = "foobar-v2"
	var texts []string
	for _, f := range plan.Why(*p) {
		texts = append(texts, f.Text)
	}
	want := []string{
		"foobar.shop.127.0.0.1.nip.io is 127.0.0.1", "service rio-system/rio-lb, 127.0.0.1 port 80 answers", "rio-system/rio-gateway port 80, 1/1 pods",
		"virtualservice/foobar-v2, no other owner of its hosts", "service/foobar-v2: 2 endpoints ready", "preview, 1/1 ready",
		"GET http://foobar.shop.127.0.0.1.nip.io answers 200 in 3ms",
	}
	if diff := cmp.Diff(want, texts); diff != "" {
		t.Error(diff)
	}

	p = way()
	p.Service.Ports[0].Publish, p.Answer, p.Entrance.Lookup = false, nil, nil
	p.Entrance.Pods.Items, p.Entrance.Gateways.Items = nil, nil // none of its business
	list := plan.Why(*p)
	if got := found(t, list); got != nil || list[0].Text != "foobar, inside the mesh only: no port is published" {
		t.Errorf("%v, %q", got, list[0].Text)
	}
	p.Service.Ports, p.Routes.Items, p.Rules.Items = nil, nil, nil
	list = plan.Why(*p)
	if got := found(t, list); got != nil || list[1].Text != "none: no http or tcp port, so nothing is split by weight" {
		t.Errorf("%v, %q", got, list[1].Text)
	}
}
