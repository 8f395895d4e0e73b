package manifest

import (
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// KindBudget is what keeps a drain from taking too many pods at once.
const KindBudget = "PodDisruptionBudget"

func hasBudget(r rio.Revision) bool { return r.Rollout.BatchSize > 0 && r.Kind != KindDaemonSet }

// parseBudget reads the batch size of a StatefulSet, which servers before 1.37 do not keep there:
// MaxUnavailableStatefulSet in k8s.io/kubernetes/pkg/features.
func parseBudget(s *rio.Service, b *policyv1.PodDisruptionBudget) {
	r, ok := s.Revision(b.Labels[rio.LabelRevision])
	if ok && r.Kind == KindStatefulSet && r.Rollout.BatchSize == 0 && !r.Rollout.OnDelete && b.Spec.MaxUnavailable != nil {
		r.Rollout.BatchSize = b.Spec.MaxUnavailable.IntVal
	}
}

// budget lets a drain take as many pods as a rollout. It says how many may be missing, not how
// many must be there, so it never blocks a drain: neither that of the only pod, nor that of one
// which serves nobody because it is not ready.
func budget(s rio.Service, r rio.Revision) *policyv1.PodDisruptionBudget {
	ref := s.Ref().Of(r.Name)
	return &policyv1.PodDisruptionBudget{
		TypeMeta:   metav1.TypeMeta{APIVersion: "policy/v1", Kind: KindBudget},
		ObjectMeta: meta(ref, ref.ObjectName(), rio.Labels(ref)),
		Spec: policyv1.PodDisruptionBudgetSpec{
			MaxUnavailable:             new(intstr.FromInt32(r.Rollout.BatchSize)),
			Selector:                   &metav1.LabelSelector{MatchLabels: rio.Selector(ref)},
			UnhealthyPodEvictionPolicy: new(policyv1.AlwaysAllow),
		},
	}
}
