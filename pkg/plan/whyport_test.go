package plan_test

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// renamed is a breakage of a revision whose container has got another name for its port: the Service
// leads to what it should.
func renamed(revision string, more func(p *plan.Path, r *rio.Revision)) func(*plan.Path) {
	return func(p *plan.Path) {
		r, _ := p.Service.Revision(revision)
		r.Observed.Template.Spec.Containers[0].Ports[0].Name = "web"
		more(p, r)
	}
}

// further is one more port of the service, which no container has.
func further(port rio.Port) func(*plan.Path) {
	return func(p *plan.Path) {
		p.Service.Ports = append(p.Service.Ports, port)
		p.Services.Items[0].Spec.Ports = append(p.Services.Items[0].Spec.Ports,
			corev1.ServicePort{Port: port.Number, Protocol: port.Transport(), TargetPort: intstr.FromString(port.Name())})
	}
}

// portBreakages are those of workloads that somebody edited: to write the Service anew would not
// change a thing.
var portBreakages = map[string]breakage{
	"a staged revision lost its port": {id: "service-port", do: renamed("v2", asItIs), text: `leads to port "http-80" of the pods, which those of v2 do not have`,
		fix: "kubectl rio stage -n shop --cpus 1000 --env MODE=x --image httpd --weight 30% -p 80:TARGET/http --force-conflicts foobar:v2 -- --verbose", also: answered},
	"latest lost its port": {id: "service-port", do: renamed(rio.Latest, asItIs),
		fix: "kubectl rio stage -n shop -p 80:TARGET/http foobar:next; then kubectl rio promote -n shop foobar:next --force-conflicts", also: answered},
	"what was adopted lost its port": {id: "service-port", do: renamed("v2", func(_ *plan.Path, v2 *rio.Revision) { foreign(v2) }),
		fix: "kubectl edit -n shop deployment/legacy", also: answered},
	"what kubectl rio does not replace lost its port": {id: "service-port", do: renamed("v2", func(_ *plan.Path, v2 *rio.Revision) { v2.Rollout.OnDelete = true }),
		fix: "kubectl edit -n shop deployment/foobar-v2", also: answered},
	"the pods have no port of those on the nodes": {id: "service-port", do: further(rio.Port{Number: 53, Protocol: "udp", Publish: true}),
		fix: "kubectl rio stage -n shop -p 53/udp foobar:next; then kubectl rio promote -n shop foobar:next --force-conflicts", also: []string{"fail service-port", "note answer"}},
	"the pods have no port of those inside the mesh": {id: "service-port", do: further(rio.Port{Number: 81, Protocol: "udp"}),
		fix: "kubectl rio stage -n shop --expose 81:TARGET/udp foobar:next; then kubectl rio promote -n shop foobar:next --force-conflicts", also: []string{"fail service-port", "note answer"}},
}
