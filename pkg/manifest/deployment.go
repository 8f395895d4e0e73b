package manifest

import (
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// deployment never takes a pod away before its successor is ready, unless it was asked to, or the
// two would have one volume: a rollout of latest must not shrink what carries traffic.
func deployment(s rio.Service, r rio.Revision) *appsv1.Deployment {
	ref := s.Ref().Of(r.Name)
	d := &appsv1.Deployment{
		TypeMeta:   metav1.TypeMeta{APIVersion: "apps/v1", Kind: KindDeployment},
		ObjectMeta: meta(ref, ref.ObjectName(), rio.Labels(ref)),
		Spec: appsv1.DeploymentSpec{
			Replicas: r.Replicas,
			Selector: &metav1.LabelSelector{MatchLabels: rio.Selector(ref)},
			Strategy: appsv1.DeploymentStrategy{Type: appsv1.RollingUpdateDeploymentStrategyType},
			Template: podTemplate(s, r),
		},
	}
	if r.Autoscale != nil {
		d.Spec.Replicas = &r.Autoscale.Min
	}
	if r.Rollout.Recreate { // which alone waits until an old pod has ended
		d.Spec.Strategy.Type = appsv1.RecreateDeploymentStrategyType
	} else {
		d.Spec.Strategy.RollingUpdate = &appsv1.RollingUpdateDeployment{}
		d.Spec.Strategy.RollingUpdate.MaxSurge, d.Spec.Strategy.RollingUpdate.MaxUnavailable = steps(r.Rollout, intstr.FromString("25%"))
	}
	d.Annotations = workloadAnnotations(r)
	return d
}

// steps are how many pods a rollout is ahead, and how many behind.
func steps(r rio.Rollout, usual intstr.IntOrString) (surge, unavailable *intstr.IntOrString) {
	none, batch := intstr.FromInt32(0), intstr.FromInt32(max(r.BatchSize, 1))
	switch {
	case r.StopFirst:
		return &none, &batch
	case r.BatchSize > 0:
		return &batch, &none
	}
	return &usual, &none
}

// parseSteps is the inverse.
func parseSteps(surge, unavailable *intstr.IntOrString, usual intstr.IntOrString) rio.Rollout {
	switch {
	case surge == nil || unavailable == nil || *surge == usual:
		return rio.Rollout{}
	case unavailable.IntVal > 0:
		return rio.Rollout{StopFirst: true, BatchSize: unavailable.IntVal}
	}
	return rio.Rollout{BatchSize: surge.IntVal}
}

func parseDeployment(r *rio.Revision, d *appsv1.Deployment) {
	r.Replicas, r.Template = d.Spec.Replicas, d.Spec.Template
	r.Rollout.Recreate = d.Spec.Strategy.Type == appsv1.RecreateDeploymentStrategyType
	if u := d.Spec.Strategy.RollingUpdate; u != nil {
		r.Rollout = parseSteps(u.MaxSurge, u.MaxUnavailable, intstr.FromString("25%"))
	}
}

// parseWorkload reads a revision from its workload, which Load has cut down to the
// fields that are ours.
func parseWorkload(o Object) rio.Revision {
	ref := RefOf(o)
	r := rio.Revision{
		Name:    ref.RevisionName(),
		Kind:    Kind(o),
		Foreign: IsForeign(o),
		Cause:   parseCause(o.GetAnnotations()),
	}
	r.Rights = RightsOf(o.GetAnnotations())
	switch w := o.(type) {
	case *appsv1.Deployment:
		parseDeployment(&r, w)
	case *appsv1.StatefulSet:
		parseStatefulSet(&r, w)
	case *appsv1.DaemonSet:
		parseDaemonSet(&r, w)
	}
	r.Template = *r.Template.DeepCopy()
	Unnamed(&r.Template, ref)
	return r
}
