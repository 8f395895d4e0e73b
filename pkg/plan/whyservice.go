package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
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
					"port": fmt.Sprint(port.Port), "target": port.TargetPort.StrVal, "revision": r.Name, "write": p.write(" --force-conflicts"),
				})))
			}
		}
	}
	return found
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

// callersRule tells of pods beside a split service whose calls the split does not reach.
func callersRule(p Path) []rio.Finding {
	if p.preview() || !slices.ContainsFunc(p.Service.Revisions, func(r rio.Revision) bool { return r.Weight > 0 && r.Weight < 100 }) {
		return nil
	}
	return callers(p.Service.Namespace, slices.DeleteFunc(slices.Clone(p.Pods.Items), func(pod corev1.Pod) bool {
		return pod.Labels[rio.LabelService] == p.Service.Name
	}))
}

// callers tells of the pods of a stack that are not in the mesh.
func callers(stack string, pods []corev1.Pod) []rio.Finding {
	outside := slices.DeleteFunc(slices.Clone(pods), func(pod corev1.Pod) bool {
		return pod.Status.Phase != corev1.PodRunning || pod.DeletionTimestamp != nil || rio.HasProxy(pod)
	})
	if len(outside) == 0 {
		return nil
	}
	return []rio.Finding{rio.TroubleCallers.Found(rio.Case{
		"stack": stack, "count": rio.Count(len(outside), "pod"), "pods": namesOf(outside), "command": joinMesh(outside[0]),
	})}
}

// joinMesh brings a pod that others made into the mesh.
func joinMesh(pod corev1.Pod) string {
	if pod.Spec.HostNetwork {
		return "give " + workloadOf(pod) + " a network of its own: in that of its node, Istio gives a pod no sidecar"
	}
	if len(pod.OwnerReferences) == 0 {
		return "make the pod anew with the label " + rio.LabelInject + "=true"
	}
	return fmt.Sprintf(`kubectl patch -n %s %s --type merge -p '{"spec":{"template":{"metadata":{"labels":{"%s":"true"}}}}}'`, pod.Namespace, workloadOf(pod), rio.LabelInject)
}

// someNames is how many names a line holds.
const someNames = 3

func namesOf(pods []corev1.Pod) string {
	var names []string
	for _, pod := range pods {
		names = append(names, pod.Name)
	}
	slices.Sort(names)
	if len(names) > someNames {
		names = append(names[:someNames], "...")
	}
	return strings.Join(names, ", ")
}

// workloadOf is KIND/NAME of what makes a pod; of a ReplicaSet, its Deployment.
func workloadOf(pod corev1.Pod) string {
	if len(pod.OwnerReferences) == 0 {
		return "pod/" + pod.Name
	}
	o := pod.OwnerReferences[0]
	if o.Kind == "ReplicaSet" {
		return "deployment/" + strings.TrimSuffix(o.Name, "-"+pod.Labels[appsv1.DefaultDeploymentUniqueLabelKey])
	}
	return strings.ToLower(o.Kind) + "/" + o.Name
}
