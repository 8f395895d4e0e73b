package manifest

import (
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Observe fills in what the cluster reports of each revision from its live workload. Of several that
// are one revision by their labels, each is named in what is wrong with another, in the order in which
// Parse reads them.
func Observe(services []rio.Service, live []Object) {
	byRef := map[rio.Ref][]*rio.Observed{}
	for _, o := range live {
		if seen := Observed(o); seen != nil {
			ref := RefOf(o)
			ref = ref.Of(ref.RevisionName())
			byRef[ref] = append(byRef[ref], seen)
		}
	}
	for i := range services {
		s := &services[i]
		for j := range s.Revisions {
			r := &s.Revisions[j]
			ref := s.Ref().Of(r.Name)
			seen := byRef[ref]
			if len(seen) == 0 {
				r.Observed = nil
				continue
			}
			r.Observed = seen[0]
			r.Observed.Unbatched = r.Observed.Unbatched && r.Rollout.BatchSize > 0
			if len(seen) > 1 {
				byRef[ref] = append(seen[1:], seen[0])
				r.Observed.Trouble = fmt.Sprintf("%s has the labels of this revision, too", seen[1].Workload)
			}
		}
	}
}

// Observed is what a workload reports of itself; nil for other kinds.
func Observed(o Object) *rio.Observed {
	seen := &rio.Observed{
		Workload: KindName(o),
		Created:  o.GetCreationTimestamp().Time,
		Deleting: o.GetDeletionTimestamp() != nil,
		ByHand:   scaledByHand(o),
		Altered:  altered(o),
	}
	switch w := o.(type) {
	case *appsv1.Deployment:
		st := w.Status
		seen.Replicas, seen.Template, seen.Paused = ptr.Deref(w.Spec.Replicas, 1), w.Spec.Template, w.Spec.Paused
		seen.Total, seen.Ready, seen.Available, seen.Updated = st.Replicas, st.ReadyReplicas, st.AvailableReplicas, st.UpdatedReplicas
		seen.UpToDate, seen.Reported = st.ObservedGeneration >= w.Generation, st.ObservedGeneration > 0
		seen.Problems = deploymentProblems(st.Conditions)
	case *appsv1.StatefulSet:
		st := w.Status
		seen.Replicas, seen.Template = ptr.Deref(w.Spec.Replicas, 1), w.Spec.Template
		seen.Total, seen.Ready, seen.Available, seen.Updated = st.Replicas, st.ReadyReplicas, st.AvailableReplicas, st.UpdatedReplicas
		seen.UpToDate, seen.Reported = st.ObservedGeneration >= w.Generation, st.ObservedGeneration > 0
		seen.Unbatched, seen.OnDelete = batchOf(w) == nil, w.Spec.UpdateStrategy.Type == appsv1.OnDeleteStatefulSetStrategyType
	case *appsv1.DaemonSet:
		st := w.Status
		seen.Replicas, seen.Template = st.DesiredNumberScheduled, w.Spec.Template
		seen.Total, seen.Ready, seen.Available, seen.Updated = st.CurrentNumberScheduled, st.NumberReady, st.NumberAvailable, st.UpdatedNumberScheduled
		seen.UpToDate, seen.Reported = st.ObservedGeneration >= w.Generation, st.ObservedGeneration > 0
		seen.OnDelete = w.Spec.UpdateStrategy.Type == appsv1.OnDeleteDaemonSetStrategyType
	default:
		return nil
	}
	return seen
}

// scaledByHand reports whether kubectl wrote a workload's number of pods last:
// https://kubernetes.io/docs/reference/using-api/server-side-apply/#transferring-ownership
func scaledByHand(o Object) bool {
	return slices.ContainsFunc(o.GetManagedFields(), func(m metav1.ManagedFieldsEntry) bool {
		return strings.HasPrefix(m.Manager, "kubectl") && m.Manager != rio.FieldManager && m.FieldsV1 != nil && strings.Contains(m.FieldsV1.GetRawString(), `"f:replicas":{}`) && m.Subresource != "status"
	})
}

// altered reports whether another tool has written to a workload's pod template since kubectl rio
// last wrote the workload, by the server's times.
func altered(o Object) bool {
	var ours *metav1.Time
	for _, m := range o.GetManagedFields() {
		if m.Manager == rio.FieldManager && m.Operation == metav1.ManagedFieldsOperationApply {
			ours = m.Time
		}
	}
	return slices.ContainsFunc(o.GetManagedFields(), func(m metav1.ManagedFieldsEntry) bool {
		return m.Manager != rio.FieldManager && ours.Before(m.Time) && m.FieldsV1 != nil && strings.Contains(m.FieldsV1.GetRawString(), `"f:template":`)
	})
}

// deploymentProblems reads the conditions of
// https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status
func deploymentProblems(conditions []appsv1.DeploymentCondition) []rio.Condition {
	var problems []rio.Condition
	for _, c := range conditions {
		p := rio.Condition{Type: string(c.Type), Reason: c.Reason, Message: c.Message}
		switch {
		case c.Type == appsv1.DeploymentReplicaFailure && c.Status == corev1.ConditionTrue,
			c.Type == appsv1.DeploymentProgressing && c.Status == corev1.ConditionFalse && c.Reason != "DeploymentPaused":
			problems = append(problems, p)
		case c.Type == appsv1.DeploymentAvailable && c.Status == corev1.ConditionFalse,
			c.Type == appsv1.DeploymentProgressing && (c.Reason == "ReplicaSetUpdated" || c.Reason == "NewReplicaSetCreated"):
			p.Transitioning = true
			problems = append(problems, p)
		}
	}
	return problems
}
