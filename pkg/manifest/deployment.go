package manifest

import (
	"maps"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// KindDeployment and its siblings are the kinds of workload a revision may be.
const (
	KindDeployment  = "Deployment"
	KindStatefulSet = "StatefulSet"
	KindDaemonSet   = "DaemonSet"
)

// deployment never takes a pod away before its successor is ready: a rollout of
// latest must not shrink what carries traffic.
func deployment(s rio.Service, r rio.Revision) *appsv1.Deployment {
	ref := s.Ref().Of(r.Name)
	d := &appsv1.Deployment{
		TypeMeta:   metav1.TypeMeta{APIVersion: "apps/v1", Kind: KindDeployment},
		ObjectMeta: meta(ref, ref.ObjectName(), rio.Labels(ref)),
		Spec: appsv1.DeploymentSpec{
			Replicas: r.Replicas,
			Selector: &metav1.LabelSelector{MatchLabels: rio.Selector(ref)},
			Strategy: appsv1.DeploymentStrategy{
				Type: appsv1.RollingUpdateDeploymentStrategyType,
				RollingUpdate: &appsv1.RollingUpdateDeployment{
					MaxUnavailable: new(intstr.FromInt32(0)),
					MaxSurge:       new(intstr.FromString("25%")),
				},
			},
			Template: *r.Template.DeepCopy(),
		},
	}
	labels := rio.Labels(ref)
	maps.Copy(labels, rio.UserLabels(r.Template.Labels, ref))
	d.Spec.Template.Labels = labels
	d.Annotations = cause(r.Cause)
	return d
}

// parseWorkload reads a revision from its workload, which Load has cut down to the
// fields that are ours.
func parseWorkload(o Object) rio.Revision {
	ref := RefOf(o)
	r := rio.Revision{
		Name:    ref.RevisionName(),
		Kind:    Kind(o),
		Foreign: o.GetLabels()[rio.LabelK8sManagedBy] != rio.FieldManager,
		Cause:   parseCause(o.GetAnnotations()),
	}
	switch w := o.(type) {
	case *appsv1.Deployment:
		r.Replicas, r.Template = w.Spec.Replicas, w.Spec.Template
	case *appsv1.StatefulSet:
		r.Replicas, r.Template = w.Spec.Replicas, w.Spec.Template
	case *appsv1.DaemonSet:
		r.Template = w.Spec.Template
	}
	r.Template = *r.Template.DeepCopy()
	r.Template.Labels = rio.UserLabels(r.Template.Labels, ref)
	return r
}

// RefOf reads a revision's name off the labels of one of its objects.
func RefOf(o Object) rio.Ref {
	l := o.GetLabels()
	return rio.Ref{Namespace: o.GetNamespace(), Service: l[rio.LabelService], Revision: l[rio.LabelRevision]}
}
