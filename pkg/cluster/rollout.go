package cluster

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// rollout is how far a workload's pods are replaced, whatever its kind.
type rollout struct {
	seen                            bool // the controller has, the newest template
	want, updated, available, total int32
	onDelete                        bool   // old pods stay until somebody deletes them
	refused                         string // why no pod can be made, by a quota or a policy
}

// done reports whether all pods are there, of the newest template, and no other left.
func (r rollout) done() bool {
	return r.available == r.want && r.total == r.want && (r.updated == r.want || r.onDelete)
}

// ready are the pods that serve and stay.
func (r rollout) ready() int32 {
	if r.onDelete {
		return r.available
	}
	return min(r.available, r.updated)
}

// String counts the pods for people.
func (r rollout) String() string {
	text := rio.Progress(r.ready(), r.want, r.total-r.updated)
	if r.refused != "" {
		text += ": " + r.refused
	}
	return text
}

func rolloutOf(o runtime.Object) (rollout, bool) {
	switch w := o.(type) {
	case *appsv1.Deployment:
		st := w.Status
		return rollout{st.ObservedGeneration >= w.Generation, ptr.Deref(w.Spec.Replicas, 1), st.UpdatedReplicas, st.AvailableReplicas, st.Replicas, false, replicaFailure(st)}, true
	case *appsv1.StatefulSet:
		st := w.Status
		return rollout{st.ObservedGeneration >= w.Generation, ptr.Deref(w.Spec.Replicas, 1), st.UpdatedReplicas, st.AvailableReplicas, st.Replicas,
			w.Spec.UpdateStrategy.Type == appsv1.OnDeleteStatefulSetStrategyType, ""}, true
	case *appsv1.DaemonSet:
		st := w.Status
		return rollout{st.ObservedGeneration >= w.Generation, st.DesiredNumberScheduled, st.UpdatedNumberScheduled, st.NumberAvailable, st.CurrentNumberScheduled,
			w.Spec.UpdateStrategy.Type == appsv1.OnDeleteDaemonSetStrategyType, ""}, true
	}
	return rollout{}, false
}

// replicaFailure is what the API server said to who makes a Deployment's pods:
// https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#failed-deployment
func replicaFailure(st appsv1.DeploymentStatus) string {
	for _, c := range st.Conditions {
		if c.Type == appsv1.DeploymentReplicaFailure && c.Status == corev1.ConditionTrue {
			return c.Message
		}
	}
	return ""
}
