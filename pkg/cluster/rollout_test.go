package cluster

import (
	"net/http"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestRollouts(t *testing.T) {
	seen := metav1.ObjectMeta{Generation: 2}
	for sentence, tc := range map[string]struct {
		workload manifest.Object
		done     bool
		text     string
	}{
		"all pods are new and available": {&appsv1.Deployment{ObjectMeta: seen, Spec: appsv1.DeploymentSpec{Replicas: ptr.To[int32](2)},
			Status: appsv1.DeploymentStatus{ObservedGeneration: 2, Replicas: 2, UpdatedReplicas: 2, AvailableReplicas: 2}}, true, "2/2 ready"},
		"an old pod is left": {&appsv1.Deployment{ObjectMeta: seen, Spec: appsv1.DeploymentSpec{Replicas: ptr.To[int32](2)},
			Status: appsv1.DeploymentStatus{ObservedGeneration: 2, Replicas: 3, UpdatedReplicas: 2, AvailableReplicas: 3}}, false, "2/2 ready, 1 old"},
		"one number is one": {&appsv1.StatefulSet{ObjectMeta: seen,
			Status: appsv1.StatefulSetStatus{ObservedGeneration: 2, Replicas: 1, UpdatedReplicas: 1, AvailableReplicas: 1}}, true, "1/1 ready"},
		"a pod that keeps its name is not replaced yet": {&appsv1.StatefulSet{ObjectMeta: seen, Spec: appsv1.StatefulSetSpec{Replicas: ptr.To[int32](2)},
			Status: appsv1.StatefulSetStatus{ObservedGeneration: 2, Replicas: 2, UpdatedReplicas: 1, AvailableReplicas: 2}}, false, "1/2 ready, 1 old"},
		"nobody deletes the old pods, and nobody waits for it": {&appsv1.StatefulSet{ObjectMeta: seen,
			Spec:   appsv1.StatefulSetSpec{Replicas: ptr.To[int32](2), UpdateStrategy: appsv1.StatefulSetUpdateStrategy{Type: appsv1.OnDeleteStatefulSetStrategyType}},
			Status: appsv1.StatefulSetStatus{ObservedGeneration: 2, Replicas: 2, UpdatedReplicas: 0, AvailableReplicas: 2}}, true, "2/2 ready, 2 old"},
		"every node has its pod": {&appsv1.DaemonSet{ObjectMeta: seen,
			Status: appsv1.DaemonSetStatus{ObservedGeneration: 2, DesiredNumberScheduled: 3, CurrentNumberScheduled: 3, UpdatedNumberScheduled: 3, NumberAvailable: 3}}, true, "3/3 ready"},
		"a node has none": {&appsv1.DaemonSet{ObjectMeta: seen,
			Status: appsv1.DaemonSetStatus{ObservedGeneration: 2, DesiredNumberScheduled: 3, CurrentNumberScheduled: 2, UpdatedNumberScheduled: 2, NumberAvailable: 2}}, false, "2/3 ready"},
	} {
		t.Run(sentence, func(t *testing.T) {
			o := manifest.Observed(tc.workload)
			if !o.UpToDate || replaced(o) != tc.done || o.Progress() != tc.text {
				t.Errorf("%+v: done %t, %q; want %t, %q", o, replaced(o), o.Progress(), tc.done, tc.text)
			}
		})
	}
	if manifest.Observed(&appsv1.Deployment{ObjectMeta: seen, Status: appsv1.DeploymentStatus{ObservedGeneration: 1}}).UpToDate {
		t.Error("the numbers are those of the template before")
	}
	if manifest.Observed(&corev1.Pod{}) != nil {
		t.Error("a pod is no workload")
	}
}

// Nobody is asked for what no workload says that there is: not everybody may read it. The
// server here does not know these kinds at all.
func TestFurtherKindsAreAskedForWhereAWorkloadSaysSo(t *testing.T) {
	c, _ := with(t, nil)
	if _, err := c.Load(t.Context(), foobarRef); err != nil {
		t.Fatalf("a service without further kinds: %v", err)
	}
	labels := map[string]any{rio.LabelService: "foobar", rio.LabelRevision: "latest"}
	meta := map[string]any{"name": "foobar", "namespace": "default", "labels": labels, "annotations": map[string]any{rio.AnnotationAlso: "budget"}}
	workload := map[string]any{"metadata": meta}
	c, _ = with(t, map[string]answer{http.MethodGet + " " + deployments: {200, listOf("apps/v1", "Deployment", workload)}})
	if _, err := c.Load(t.Context(), foobarRef); err == nil || !strings.Contains(err.Error(), "poddisruptionbudgets") {
		t.Errorf("one with a budget: %v", err)
	}
}
