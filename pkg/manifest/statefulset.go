package manifest

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// statefulSet gives each pod a name that stays. A pod's successor has its name, so it cannot
// begin before the pod has ended.
func statefulSet(s rio.Service, r rio.Revision) *appsv1.StatefulSet {
	ref := s.Ref().Of(r.Name)
	set := &appsv1.StatefulSet{
		TypeMeta:   metav1.TypeMeta{APIVersion: "apps/v1", Kind: KindStatefulSet},
		ObjectMeta: meta(ref, ref.ObjectName(), rio.Labels(ref)),
		Spec: appsv1.StatefulSetSpec{
			Replicas:            r.Replicas,
			ServiceName:         ref.ObjectName(),
			Selector:            &metav1.LabelSelector{MatchLabels: rio.Selector(ref)},
			PodManagementPolicy: appsv1.ParallelPodManagement,
			UpdateStrategy:      appsv1.StatefulSetUpdateStrategy{Type: appsv1.RollingUpdateStatefulSetStrategyType},
			Template:            podTemplate(s, r),
		},
	}
	if r.Autoscale != nil {
		set.Spec.Replicas = &r.Autoscale.Min
	}
	if r.Rollout.Ordered {
		set.Spec.PodManagementPolicy = appsv1.OrderedReadyPodManagement
	}
	if r.Rollout.OnDelete {
		set.Spec.UpdateStrategy.Type = appsv1.OnDeleteStatefulSetStrategyType
	} else if r.Rollout.BatchSize > 0 && (r.Observed == nil || !r.Observed.Unbatched) { // else each command would write it again
		set.Spec.UpdateStrategy.RollingUpdate = &appsv1.RollingUpdateStatefulSetStrategy{MaxUnavailable: new(intstr.FromInt32(r.Rollout.BatchSize))}
	}
	set.Spec.VolumeClaimTemplates = r.Claims
	set.Annotations = workloadAnnotations(r)
	return set
}

func parseStatefulSet(r *rio.Revision, set *appsv1.StatefulSet) {
	r.Replicas, r.Template, r.Claims = set.Spec.Replicas, set.Spec.Template, set.Spec.VolumeClaimTemplates
	r.Rollout.Ordered = set.Spec.PodManagementPolicy == appsv1.OrderedReadyPodManagement
	r.Rollout.OnDelete = set.Spec.UpdateStrategy.Type == appsv1.OnDeleteStatefulSetStrategyType
	if batch := batchOf(set); batch != nil {
		r.Rollout.BatchSize = batch.IntVal
	}
}

// batchOf is how many pods a StatefulSet replaces at once; nil where it does not say.
func batchOf(set *appsv1.StatefulSet) *intstr.IntOrString {
	if u := set.Spec.UpdateStrategy.RollingUpdate; u != nil {
		return u.MaxUnavailable
	}
	return nil
}

// Undefault drops from a StatefulSet's claims what the server has filled in. Their list is owned as
// a whole, by whoever wrote any of it, so no manager's name tells the server's part from ours.
func Undefault(mine Object) {
	set, ok := mine.(*appsv1.StatefulSet)
	if !ok {
		return
	}
	for i := range set.Spec.VolumeClaimTemplates {
		c := &set.Spec.VolumeClaimTemplates[i]
		c.Status = corev1.PersistentVolumeClaimStatus{}
		if ptr.Deref(c.Spec.VolumeMode, "") == corev1.PersistentVolumeFilesystem {
			c.Spec.VolumeMode = nil
		}
	}
}
