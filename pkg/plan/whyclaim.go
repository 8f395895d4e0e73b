package plan

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// storageless is how the scheduler words that a volume of a pod has no storage yet.
var storageless = []string{"unbound immediate PersistentVolumeClaims", "find available persistent volumes to bind", "persistentvolumeclaim "}

// unbound finds that a pod waits for storage, which is no node's doing. What keeps a claim from it is said
// of the claim alone, where anything is.
func (p Path) unbound(pod corev1.Pod, message string, c rio.Case) (rio.Finding, bool) {
	claims := claimsOf(pod)
	if len(claims) == 0 || !slices.ContainsFunc(storageless, func(words string) bool { return strings.Contains(message, words) }) {
		return rio.Finding{}, false
	}
	for _, e := range p.Events.Items {
		if o := e.InvolvedObject; o.Kind == manifest.KindClaim && slices.Contains(claims, o.Name) {
			claims, message = []string{o.Name}, strings.TrimSpace(e.Message)
		}
	}
	c["claims"], c["message"] = strings.Join(claims, ", "), message
	c["command"] = fmt.Sprintf("kubectl describe persistentvolumeclaim -n %s %s", pod.Namespace, strings.Join(claims, " "))
	if strings.Contains(message, "storageclass") && strings.Contains(message, "not found") {
		c["command"] = "kubectl get storageclass"
	}
	return rio.TroubleUnbound.Found(c), true
}

// claimsOf are the claims of a pod, those that end with it included.
func claimsOf(pod corev1.Pod) []string {
	var names []string
	for _, v := range pod.Spec.Volumes {
		switch {
		case v.PersistentVolumeClaim != nil:
			names = append(names, v.PersistentVolumeClaim.ClaimName)
		case v.Ephemeral != nil:
			names = append(names, pod.Name+"-"+v.Name) // https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/#persistentvolumeclaim-naming
		}
	}
	return names
}
