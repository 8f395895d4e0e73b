package cluster

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// A wait for a Deployment of which the server has none yet, by how it ends.
func TestAWaitEndsAsItWasEnded(t *testing.T) {
	said := func(code int32, reason metav1.StatusReason, message string) map[string]answer {
		return map[string]answer{"GET /apis/apps/v1/namespaces/shop/deployments": {int(code), status(code, reason, message, nil)}}
	}
	for sentence, tc := range map[string]struct {
		answers map[string]answer
		cancel  bool
		within  time.Duration
		is      error
		text    string
	}{
		"interrupted":                          {nil, true, time.Minute, context.Canceled, ""},
		"its time is over":                     {nil, false, 300 * time.Millisecond, ErrNotReady, "is not ready in time"},
		"the right is missing":                 {said(http.StatusForbidden, metav1.StatusReasonForbidden, "no"), false, time.Minute, nil, "no"},
		"the credentials are good no more":     {said(http.StatusUnauthorized, metav1.StatusReasonUnauthorized, "Unauthorized"), false, time.Minute, nil, "Unauthorized"},
		"the server has trouble, all the time": {said(http.StatusInternalServerError, metav1.StatusReasonInternalError, "oh"), false, 300 * time.Millisecond, ErrNotReady, "is not ready in time"},
	} {
		t.Run(sentence, func(t *testing.T) {
			c, _ := with(t, tc.answers)
			ctx, cancel := context.WithTimeout(t.Context(), tc.within)
			defer cancel()
			if tc.cancel {
				time.AfterFunc(100*time.Millisecond, cancel)
			}
			err := c.WaitReady(ctx, WorkloadOf(rio.Ref{Namespace: "shop", Service: "foobar"}, "Deployment"), All, func(string) {})
			if err == nil || tc.is != nil && !errors.Is(err, tc.is) || !strings.Contains(err.Error(), tc.text) {
				t.Errorf("it ended with %v", err)
			}
		})
	}
}

func TestAForeignWorkloadIsNamedAsItIs(t *testing.T) {
	set := &appsv1.StatefulSet{TypeMeta: metav1.TypeMeta{Kind: "StatefulSet"}, ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web-next"}}
	set.Spec.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}
	got := ForeignWorkload(set).failed(&failure{what: "image \"x\" cannot be pulled"}, true).Error()
	want := `statefulset/web-next is not ready: image "x" cannot be pulled; see: kubectl describe pods -n shop -l 'app=web'`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// The container of a workload that another tool made is called as that tool calls it.
func TestWaitRunningTakesThePodsContainer(t *testing.T) {
	pod := troubled("web-1", true, running)
	pod.Spec.Containers = []corev1.Container{{Name: "nginx"}}
	pod.Status.ContainerStatuses[0].Name = "nginx"
	c, _ := with(t, map[string]answer{"GET /api/v1/namespaces/shop/pods": {http.StatusOK, listOf("v1", "Pod", pod)}})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := c.WaitRunning(ctx, rio.PodRef{Ref: rio.Ref{Namespace: "shop", Service: "web"}}); err != nil {
		t.Error(err)
	}
}

// What is attached to need not be ready. What cannot start ends the wait at once, and what is
// late says what it waits for.
func TestWaitStartedEndsWithTheReason(t *testing.T) {
	deployment := map[string]any{"metadata": map[string]any{"name": "foobar", "generation": 1}, "spec": map[string]any{"replicas": 1},
		"status": map[string]any{"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1}}
	set := map[string]any{"metadata": map[string]any{"name": "foobar-new", "namespace": "shop", "labels": map[string]string{"pod-template-hash": "new"}, "annotations": map[string]string{"deployment.kubernetes.io/revision": "1"}, "ownerReferences": owned("Deployment")}}
	nowhere := troubled("p", false, corev1.ContainerState{})
	nowhere.Status.ContainerStatuses = nil
	nowhere.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: "Unschedulable", Message: "no node"}}
	evicted := troubled("p", false, corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ImagePullBackOff"}})
	evicted.Status.Phase, evicted.Status.Reason = corev1.PodFailed, "Evicted"
	for sentence, tc := range map[string]struct {
		pod    corev1.Pod
		within time.Duration
		want   string
	}{
		"it runs":                    {troubled("p", false, running), 10 * time.Second, ""},
		"its image cannot be pulled": {troubled("p", false, corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ImagePullBackOff"}}), 10 * time.Second, `revision "latest" of "foobar" is not ready: image "nginx:1" cannot be pulled; check the name; see: kubectl rio why -n shop foobar`},
		"it crashes":                 {troubled("p", false, crashed), 10 * time.Second, `revision "latest" of "foobar" is not ready: container "foobar" starts and ends again and again; see: kubectl rio logs -n shop --previous foobar`},
		"it was evicted":             {evicted, 2 * time.Second, `revision "latest" of "foobar" is not ready in time; see: kubectl rio why -n shop foobar`},
		"no node takes it":           {nowhere, 2 * time.Second, `revision "latest" of "foobar" is not ready in time: p: Unschedulable: no node; see: kubectl rio why -n shop foobar`},
	} {
		t.Run(sentence, func(t *testing.T) {
			tc.pod.Labels["pod-template-hash"] = "new"
			tc.pod.Spec.Containers = []corev1.Container{{Name: "foobar"}}
			c, _ := with(t, map[string]answer{
				"GET /apis/apps/v1/namespaces/shop/deployments": {http.StatusOK, listOf("apps/v1", "Deployment", deployment)},
				"GET /api/v1/namespaces/shop/pods":              {http.StatusOK, listOf("v1", "Pod", tc.pod)},
				"GET /apis/apps/v1/namespaces/shop/replicasets": {http.StatusOK, listOf("apps/v1", "ReplicaSet", set)},
			})
			ctx, cancel := context.WithTimeout(t.Context(), tc.within)
			defer cancel()
			err := c.WaitStarted(ctx, WorkloadOf(rio.Ref{Namespace: "shop", Service: "foobar"}, "Deployment"), func(string) {})
			if got := fmt.Sprint(err); (err != nil || tc.want != "") && got != tc.want || err != nil && !errors.Is(err, ErrNotReady) {
				t.Errorf("got  %v\nwant %s", err, tc.want)
			}
		})
	}
}

// Pods that are there when the wait begins are counted together.
func TestPodsThatAreLeftAreNotCountedUp(t *testing.T) {
	two := listOf("v1", "Pod", troubled("web-1", true, running), troubled("web-2", true, running))
	c, _ := with(t, map[string]answer{"GET /api/v1/namespaces/shop/pods": {http.StatusOK, two}})
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	var said []string
	err := c.WaitGone(ctx, rio.Ref{Namespace: "shop", Service: "web"}, func(text string) { said = append(said, text) })
	if !errors.Is(err, ErrNotReady) || len(said) == 0 || said[0] != "2 left" {
		t.Errorf("it said %q, and ended with %v", said, err)
	}
}
