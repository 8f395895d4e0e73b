package plan_test

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
)

// storageless is a pod whose volume waits for storage, and of which such an event says why.
func storageless(v corev1.Volume, message string) func(p *plan.Path, pod *corev1.Pod) {
	return func(p *plan.Path, pod *corev1.Pod) {
		pod.Spec.Volumes = []corev1.Volume{v}
		pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Message: "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims."}}
		if message != "" {
			p.Events.Items = []corev1.Event{{InvolvedObject: corev1.ObjectReference{Kind: "PersistentVolumeClaim", Name: pod.Name + "-" + v.Name}, Reason: "ProvisioningFailed", Message: message}}
		}
	}
}

// claimBreakages are those of pods that wait for storage.
var claimBreakages = map[string]breakage{
	"there is no such storage class": {id: "unbound", do: pods(storageless(corev1.Volume{Name: "b", VolumeSource: corev1.VolumeSource{Ephemeral: &corev1.EphemeralVolumeSource{}}}, `storageclass.storage.k8s.io "fast" not found`)),
		text: `30% of the traffic, 0/1 ready: volume claim foobar-v2-f6985f578-schpv-b has no storage: storageclass.storage.k8s.io "fast" not found`, fix: "kubectl get storageclass"},
	"nobody says why there is no storage": {id: "unbound", do: pods(storageless(corev1.Volume{VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "data"}}}, "")),
		text: "volume claim data has no storage: 0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.", fix: "kubectl describe persistentvolumeclaim -n shop data"},
}
