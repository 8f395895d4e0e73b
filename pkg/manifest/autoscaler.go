package manifest

import (
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// KindAutoscaler is what keeps a revision in its range of pods.
const KindAutoscaler = "HorizontalPodAutoscaler"

// wantedCPU is the share of the reserved CPU at which pods are added, in percent: the
// default of kubectl autoscale.
const wantedCPU int32 = 80

// autoscaler goes by the CPU of the service's own container. What its sidecar uses says
// nothing about how many pods are needed.
func autoscaler(s rio.Service, r rio.Revision) *autoscalingv2.HorizontalPodAutoscaler {
	ref := s.Ref().Of(r.Name)
	container, containers := s.Name, r.Template.Spec.Containers
	if len(containers) == 0 && r.Observed != nil {
		containers = r.Observed.Template.Spec.Containers // none of them is ours
	}
	if len(containers) > 0 {
		container = containers[0].Name
	}
	return &autoscalingv2.HorizontalPodAutoscaler{
		TypeMeta:   metav1.TypeMeta{APIVersion: "autoscaling/v2", Kind: KindAutoscaler},
		ObjectMeta: meta(ref, ref.ObjectName(), rio.Labels(ref)),
		Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
			ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{APIVersion: "apps/v1", Kind: r.Kind, Name: ref.ObjectName()},
			MinReplicas:    new(r.Autoscale.Min),
			MaxReplicas:    r.Autoscale.Max,
			Metrics: []autoscalingv2.MetricSpec{{
				Type: autoscalingv2.ContainerResourceMetricSourceType,
				ContainerResource: &autoscalingv2.ContainerResourceMetricSource{
					Name: corev1.ResourceCPU, Container: container,
					Target: autoscalingv2.MetricTarget{Type: autoscalingv2.UtilizationMetricType, AverageUtilization: new(wantedCPU)},
				},
			}},
		},
	}
}

// parseAutoscaler takes the number of pods off the revision: it is not ours any more.
func parseAutoscaler(s *rio.Service, h *autoscalingv2.HorizontalPodAutoscaler) {
	if r, ok := s.Revision(RefOf(h).RevisionName()); ok && h.Spec.MinReplicas != nil {
		r.Autoscale, r.Replicas = &rio.Scale{Min: *h.Spec.MinReplicas, Max: h.Spec.MaxReplicas}, nil
	}
}
