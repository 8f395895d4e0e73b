package plan

import (
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

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
