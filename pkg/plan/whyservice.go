package plan

import (
	"cmp"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func serviceRule(p Path) []rio.Finding {
	if _, ok := p.service(); ok || p.Services.Denied != nil {
		return nil
	}
	return []rio.Finding{rio.TroubleServiceMissing.Found(p.values(nil))}
}

// targetRule follows each port to the container's port of that name.
func targetRule(p Path) []rio.Finding {
	svc, ok := p.service()
	if !ok {
		return nil
	}
	var found []rio.Finding
	for _, r := range p.inView() {
		for _, port := range svc.Spec.Ports {
			if port.TargetPort.Type == intstr.String && r.Observed != nil && resolve(port.TargetPort.StrVal, r.Observed.Template.Spec) == 0 {
				found = append(found, rio.TroubleServicePort.Found(p.values(rio.Case{
					"port": fmt.Sprint(port.Port), "target": port.TargetPort.StrVal, "revision": r.Name, "write": p.portBack(r, port),
				})))
			}
		}
	}
	return found
}

// portBack is the command after which a port of the Service leads to a port of a revision's pods. To
// write the Service again helps where that was edited; where it leads to what it should, the
// workload has lost its port.
func (p Path) portBack(r rio.Revision, port corev1.ServicePort) string {
	i := slices.IndexFunc(p.Service.Ports, func(q rio.Port) bool {
		return q.Number == port.Port && q.Transport() == cmp.Or(port.Protocol, corev1.ProtocolTCP) && cmp.Or(q.Listen, q.Name()) == port.TargetPort.StrVal
	})
	switch {
	case i < 0:
		return p.write(" --force-conflicts")
	case r.Foreign, r.Rollout.OnDelete, p.Service.Ports[i].Listen != "":
		return fmt.Sprintf("kubectl edit -n %s %s", p.Service.Namespace, workload(p.Service, &r))
	}
	return p.lead(r, p.Service.Ports[i], " --force-conflicts") // who edited it has the field
}

// endpointsRule looks for the ready pods of each revision among those that the Service
// leads to.
func endpointsRule(p Path) []rio.Finding {
	svc, ok := p.service()
	if !ok || p.Slices.Denied != nil || p.Pods.Denied != nil {
		return nil
	}
	led := p.endpoints()
	var found []rio.Finding
	for _, r := range p.inView() {
		ready := slices.DeleteFunc(p.podsOf(r.Name), func(pod corev1.Pod) bool { return !rio.PodReady(pod) })
		if len(ready) > 0 && !slices.ContainsFunc(ready, func(pod corev1.Pod) bool { return led[pod.Status.PodIP] }) {
			found = append(found, rio.TroubleEndpoints.Found(p.values(rio.Case{
				"ready": fmt.Sprint(len(ready)), "revision": r.Name, "selector": cmp.Or(labelsText(svc.Spec.Selector), "nothing"),
				"write": p.write(" --force-conflicts"),
			})))
		}
	}
	return found
}

// endpoints are the addresses that the Service leads to and that are ready.
func (p Path) endpoints() map[string]bool {
	led := map[string]bool{}
	for _, slice := range p.Slices.Items {
		if slice.Labels[discoveryv1.LabelServiceName] != p.Ref.ObjectName() {
			continue
		}
		for _, e := range slice.Endpoints {
			if e.Conditions.Ready == nil || *e.Conditions.Ready {
				for _, address := range e.Addresses {
					led[address] = true
				}
			}
		}
	}
	return led
}

func serviceFine(p Path) (rio.Finding, bool) {
	svc, ok := p.service()
	if !ok {
		return rio.Finding{}, false
	}
	text := "service/" + svc.Name
	if n := len(p.endpoints()); p.Slices.Denied == nil {
		text += fmt.Sprintf(": %s ready", rio.Count(n, "endpoint"))
	}
	return rio.Fine(rio.LinkService, "%s", text), true
}
