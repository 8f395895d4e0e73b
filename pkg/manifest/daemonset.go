package manifest

import (
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// oneAhead is how a DaemonSet's pods are replaced when nothing is said: the new one begins
// before the old one ends. Kubernetes rounds it up, so up to a hundred nodes it is one; a 1 could not be
// told from a batch size that somebody asked for, which brings a budget.
var oneAhead = intstr.FromString("1%")

// daemonSet has one pod on every node that the pod may run on.
func daemonSet(s rio.Service, r rio.Revision) *appsv1.DaemonSet {
	ref := s.Ref().Of(r.Name)
	d := &appsv1.DaemonSet{
		TypeMeta:   metav1.TypeMeta{APIVersion: "apps/v1", Kind: KindDaemonSet},
		ObjectMeta: meta(ref, ref.ObjectName(), rio.Labels(ref)),
		Spec: appsv1.DaemonSetSpec{
			Selector:       &metav1.LabelSelector{MatchLabels: rio.Selector(ref)},
			UpdateStrategy: appsv1.DaemonSetUpdateStrategy{Type: appsv1.OnDeleteDaemonSetStrategyType},
			Template:       podTemplate(s, r),
		},
	}
	if !r.Rollout.OnDelete {
		surge, unavailable := steps(r.Rollout, oneAhead)
		d.Spec.UpdateStrategy = appsv1.DaemonSetUpdateStrategy{
			Type:          appsv1.RollingUpdateDaemonSetStrategyType,
			RollingUpdate: &appsv1.RollingUpdateDaemonSet{MaxSurge: surge, MaxUnavailable: unavailable},
		}
	}
	d.Annotations = workloadAnnotations(r)
	return d
}

func parseDaemonSet(r *rio.Revision, d *appsv1.DaemonSet) {
	r.Template = d.Spec.Template
	r.Rollout.OnDelete = d.Spec.UpdateStrategy.Type == appsv1.OnDeleteDaemonSetStrategyType
	if u := d.Spec.UpdateStrategy.RollingUpdate; u != nil {
		r.Rollout = parseSteps(u.MaxSurge, u.MaxUnavailable, oneAhead)
	}
}
