package cluster

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestSince(t *testing.T) {
	begin := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	pod := func(at time.Duration, restarts int32, latest, v2 int64) counted {
		return counted{begin.Add(at), restarts, map[string]rio.Figures{"latest": {Requests: latest}, "v2": {Requests: v2, Errors: v2 / 10}}}
	}
	s := foobar()
	s.Put(rio.Revision{Name: "v2"})
	s.Put(rio.Revision{Name: "v3"})
	earlier := Sample{s, map[types.UID]counted{"a": pod(0, 0, 100, 50), "b": pod(20*ms, 1, 10, 0)}}
	for sentence, tc := range map[string]struct {
		pods       map[types.UID]counted
		latest, v2 rio.Figures
	}{
		"all pods together": {
			map[types.UID]counted{"a": pod(2*time.Second, 0, 140, 70), "b": pod(2020*ms, 1, 20, 10)},
			rio.Figures{Requests: 50, Window: 2 * time.Second}, rio.Figures{Requests: 30, Errors: 3, Window: 2 * time.Second}},
		"one restarted and counted further than before": {
			map[types.UID]counted{"a": pod(time.Second, 1, 140, 70), "b": pod(time.Second, 1, 20, 10)},
			rio.Figures{Requests: 150, Window: time.Second}, rio.Figures{Requests: 80, Errors: 8, Window: time.Second}},
		"one is gone and another is new": {
			map[types.UID]counted{"b": pod(1020*ms, 1, 20, 10), "c": pod(time.Second, 0, 70, 30)},
			rio.Figures{Requests: 10, Window: time.Second}, rio.Figures{Requests: 10, Errors: 1, Window: time.Second}},
		"all are new": {
			map[types.UID]counted{"c": pod(time.Second, 0, 70, 30)}, rio.Figures{}, rio.Figures{}},
	} {
		t.Run(sentence, func(t *testing.T) {
			want := map[string]rio.Figures{"latest": tc.latest, "v2": tc.v2, "v3": {Window: tc.v2.Window}}
			if diff := cmp.Diff(want, (Sample{s, tc.pods}).Since(earlier)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMeasureUnseen(t *testing.T) {
	const list, forward = "GET /api/v1/namespaces/rio-system/pods", "POST /api/v1/namespaces/rio-system/pods/gw-1/portforward"
	gateway := corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "gw-1", Namespace: "rio-system", UID: "a"},
		Status:     corev1.PodStatus{Phase: corev1.PodRunning, Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}},
	}
	no := answer{403, status(403, metav1.StatusReasonForbidden, mayNotForward, nil)}
	published := foobar()
	published.Gateway, published.Ports = "rio-system/rio-gateway", []rio.Port{{Number: 80, Protocol: "http", Publish: true}}
	inside := published.Clone()
	inside.Ports[0].Publish = false
	for sentence, tc := range map[string]struct {
		service rio.Service
		answers map[string]answer
		want    string
	}{
		"it is not on the gateway":    {inside, nil, "the service is not on the gateway, and sidecars are not asked"},
		"the pods cannot be listed":   {published, map[string]answer{list: no}, "no right to list the gateway's pods"},
		"there is none":               {published, map[string]answer{list: {200, listOf("v1", "Pod")}}, `gateway "rio-system/rio-gateway" has no ready pod`},
		"they cannot be forwarded to": {published, map[string]answer{list: {200, listOf("v1", "Pod", gateway)}, forward: no, "GET " + forward[len("POST "):]: no}, "no right to port-forward to the gateway's pods"},
	} {
		t.Run(sentence, func(t *testing.T) {
			c, _ := with(t, tc.answers)
			_, err := c.Measure(t.Context(), tc.service)
			if !errors.Is(err, ErrUnseen) || err.Error() != tc.want {
				t.Errorf("%v, want %s", err, tc.want)
			}
		})
	}
	c, _ := with(t, map[string]answer{list: {200, listOf("v1", "Pod", gateway)}})
	if _, err := c.Measure(t.Context(), published); err == nil || errors.Is(err, ErrUnseen) {
		t.Errorf("a pod that is gone is no lack of rights: %v", err)
	}
}
