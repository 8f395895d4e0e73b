package plan_test

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// ofOthers is a breakage of v2, of which another tool keeps something.
func ofOthers(keep func(v2 *rio.Revision), do func(*plan.Path)) func(*plan.Path) {
	return func(p *plan.Path) {
		do(p)
		v2, _ := p.Service.Revision("v2")
		keep(v2)
	}
}

func foreign(v2 *rio.Revision) {
	v2.Foreign, v2.Replicas, v2.Observed.Workload = true, nil, "deployment/legacy"
}

// foreignBreakages are those of which kubectl rio would not do what helps with its own.
var foreignBreakages = map[string]breakage{
	"kubectl scaled it to 0": {id: "scaled-to-zero", do: ofOthers(func(v2 *rio.Revision) { v2.Replicas = nil }, podBreakages["it is scaled to 0"].do),
		text: "30% of the traffic, scaled to 0", fix: "kubectl scale -n shop deployment/foobar-v2 --replicas=1"},
	"what was adopted is scaled to 0": {id: "scaled-to-zero", do: ofOthers(foreign, podBreakages["it is scaled to 0"].do),
		fix: "kubectl scale -n shop deployment/legacy --replicas=1"},
	"no node takes one of its pods": {id: "scaled-to-zero", do: ofOthers(func(v2 *rio.Revision) {
		v2.Kind, v2.Replicas, v2.Observed.Workload = "DaemonSet", nil, "daemonset/every"
	}, podBreakages["it is scaled to 0"].do),
		fix: "kubectl describe -n shop daemonset/every"},
	"the image of what was adopted is not there": {id: "image-pull", do: ofOthers(foreign, podBreakages["the image is not there"].do),
		fix: "kubectl edit -n shop deployment/legacy"},
	"no node has room for what was adopted": {id: "unschedulable", do: ofOthers(foreign, podBreakages["no node has room"].do),
		fix: "kubectl edit -n shop deployment/legacy"},
	"the probe of what was adopted fails": {id: "probe", do: ofOthers(foreign, podBreakages["its probe fails"].do),
		fix: "kubectl rio logs -n shop foobar:v2"},
	"nip.io is not reached, and the gateway has two addresses": {id: "nip-io", do: func(p *plan.Path) {
		p.Entrance.Lookup.Addresses, p.Entrance.Lookup.Error = nil, "no such host"
		lb := &p.Entrance.Balancer.Items[0].Status.LoadBalancer
		lb.Ingress = append(lb.Ingress, corev1.LoadBalancerIngress{IP: "2001:db8::1"})
	}, fix: "curl --resolve foobar.shop.127.0.0.1.nip.io:80:127.0.0.1 http://foobar.shop.127.0.0.1.nip.io/"},
}
