package cluster

import (
	"context"
	"errors"
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

// Pods that are there when the wait begins are counted together.
func TestPodsThatAreLeftAreNotCountedUp(t *testing.T) {
	two := listOf("v1", "Pod", troubled("web-1", true, running), troubled("web-2", true, running))
	c, _ := with(t, map[string]answer{"GET /api/v1/namespaces/shop/pods": {http.StatusOK, two}})
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	var said []string
	err := c.WaitGone(ctx, rio.Ref{Namespace: "shop", Service: "web"}, func(text string) { said = append(said, text) })
	if !errors.Is(err, ErrNotReady) || len(said) == 0 || said[0] != "2 left" {
		t.Errorf("it said %q, and ended with %v", said, err)
	}
}
