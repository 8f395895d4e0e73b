package cluster

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/sets"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// diedBefore is a ready pod whose container runs again since then.
func diedBefore(since time.Time, restarts int32) corev1.Pod {
	return corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "web-v2-1", Namespace: "shop"},
		Status: corev1.PodStatus{
			PodIP: "192.0.2.1", Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
			ContainerStatuses: []corev1.ContainerStatus{{Name: "web", RestartCount: restarts, State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.NewTime(since)}}}},
		},
	}
}

func TestSteadyAt(t *testing.T) {
	now := time.Now()
	never, once := diedBefore(now, 0), diedBefore(now, 1)
	unready, ended := diedBefore(now, 1), diedBefore(now, 1)
	unready.Status.Conditions = nil
	ended.Status.ContainerStatuses[0].State.Running = nil
	for sentence, tc := range map[string]struct {
		pods []corev1.Pod
		want time.Time
	}{
		"nothing is waited for where nothing died":  {[]corev1.Pod{never}, time.Time{}},
		"one that died is to run a while":           {[]corev1.Pod{never, once}, now.Add(settling)},
		"the last one counts":                       {[]corev1.Pod{once, diedBefore(now.Add(-time.Minute), 3)}, now.Add(settling)},
		"one that is not ready counts nowhere":      {[]corev1.Pod{unready}, time.Time{}},
		"so does one that does not run at the time": {[]corev1.Pod{ended}, time.Time{}},
	} {
		if got := steadyAt(tc.pods); !got.Equal(tc.want) {
			t.Errorf("%s: got %v, want %v", sentence, got, tc.want)
		}
	}
}

// A staged revision whose pod has died is looked at again when it has run for a while; latest
// gets its traffic back at once.
func TestStagedPodsAreToBeSteady(t *testing.T) {
	since := time.Now().Add(time.Second - settling).Truncate(time.Second) // as the API has times
	c, _ := with(t, map[string]answer{
		"GET /api/v1/namespaces/shop/pods": {200, listOf("v1", "Pod", diedBefore(since, 1))},
		"GET /apis/discovery.k8s.io/v1/namespaces/shop/endpointslices": {200, listOf("discovery.k8s.io/v1", "EndpointSlice", discoveryv1.EndpointSlice{
			Endpoints: []discoveryv1.Endpoint{{Addresses: []string{"192.0.2.1"}}},
		})},
	})
	s := rio.Service{Namespace: "shop", Name: "web", Gateway: "rio-system/rio-gateway", Domain: "example.com", Ports: []rio.Port{{Number: 80, Protocol: "http", Publish: true}}}
	for _, revision := range []string{rio.Latest, "v2"} {
		known, _, err := c.endpoints(t.Context(), s, []string{revision}, func(name string) error { return NotReady("%s has no pod", name) })
		if err != nil || len(known) != 1 {
			t.Fatalf("%s: %v, %v", revision, known, err)
		}
		if early := time.Now().Before(since.Add(settling)); early != (revision == rio.Latest) {
			t.Errorf("%s: looked at early: %v", revision, early)
		}
	}
}

// A gateway never knows a pod at a port that the pod has not; nobody waits for that.
func TestNoPodIsWaitedForAtAPortThatItLacks(t *testing.T) {
	c, _ := with(t, map[string]answer{
		"GET /api/v1/namespaces/shop/pods": {200, listOf("v1", "Pod", diedBefore(time.Now(), 0))},
		"GET /apis/discovery.k8s.io/v1/namespaces/shop/endpointslices": {200, listOf("discovery.k8s.io/v1", "EndpointSlice", discoveryv1.EndpointSlice{
			Endpoints: []discoveryv1.Endpoint{{Addresses: []string{"192.0.2.1"}}},
		})},
	})
	s := rio.Service{Namespace: "shop", Name: "web", Gateway: "rio-system/rio-gateway", Domain: "example.com",
		Ports: []rio.Port{{Number: 80, Protocol: "http", Publish: true}, {Number: 9090, Protocol: "http", Publish: true}}}
	s.Put(rio.Revision{Name: "undo", Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
		Containers: []corev1.Container{{Name: "web", Ports: []corev1.ContainerPort{{Name: "http-80", ContainerPort: 80}}}},
	}}})
	known, _, err := c.endpoints(t.Context(), s, []string{"undo"}, nil)
	if _, ok := known["outbound|80|undo|web.shop.svc."]; err != nil || len(known) != 1 || !ok {
		t.Errorf("%v, %v", known, err)
	}
}

// A pod may be unready once more just after its first readiness, and its EndpointSlice late: both
// are given time.
func TestReadyPodsAreGivenTime(t *testing.T) {
	const (
		podsPath   = "GET /api/v1/namespaces/shop/pods"
		slicesPath = "GET /apis/discovery.k8s.io/v1/namespaces/shop/endpointslices"
	)
	unready := diedBefore(time.Now(), 0)
	unready.Status.Conditions[0].Status = corev1.ConditionFalse
	before := &server{answers: map[string]answer{
		podsPath:   {200, listOf("v1", "Pod", unready)},
		slicesPath: {200, listOf("discovery.k8s.io/v1", "EndpointSlice")},
	}}
	after := &server{answers: map[string]answer{
		podsPath: {200, listOf("v1", "Pod", diedBefore(time.Now(), 0))},
		slicesPath: {200, listOf("discovery.k8s.io/v1", "EndpointSlice", discoveryv1.EndpointSlice{
			Endpoints: []discoveryv1.Endpoint{{Addresses: []string{"192.0.2.1"}}},
		})},
	}}
	for _, late := range []string{podsPath, slicesPath} {
		lists := 3
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method+" "+r.URL.Path == late && lists > 0 {
				lists--
				before.ServeHTTP(w, r)
				return
			}
			after.ServeHTTP(w, r)
		}))
		t.Cleanup(srv.Close)
		have, err := clientOf(t, srv.URL).settledAddresses(t.Context(), rio.Ref{Namespace: "shop", Service: "web", Revision: "v2"})
		if err != nil || !slices.Equal(sets.List(have.ips), []string{"192.0.2.1"}) {
			t.Errorf("%s, %d to come: %v, %v", late, lists, have.ips, err)
		}
	}
}

// A pod of two addresses is one, by whichever of its EndpointSlices it is listed: an IPv6 Service
// knows it by its second alone.
func TestPodsOfTwoAddresses(t *testing.T) {
	const second = "2001:db8::1"
	pod := diedBefore(time.Now(), 0)
	pod.Status.PodIPs = []corev1.PodIP{{IP: pod.Status.PodIP}, {IP: second}}
	slice := func(ip string) discoveryv1.EndpointSlice {
		return discoveryv1.EndpointSlice{Endpoints: []discoveryv1.Endpoint{{Addresses: []string{ip}}}}
	}
	for families, listed := range map[string]answer{
		"both":   {200, listOf("discovery.k8s.io/v1", "EndpointSlice", slice(pod.Status.PodIP), slice(second))},
		"second": {200, listOf("discovery.k8s.io/v1", "EndpointSlice", slice(second))},
	} {
		c, _ := with(t, map[string]answer{
			"GET /api/v1/namespaces/shop/pods":                             {200, listOf("v1", "Pod", pod)},
			"GET /apis/discovery.k8s.io/v1/namespaces/shop/endpointslices": listed,
		})
		have, err := c.readyAddresses(t.Context(), rio.Ref{Namespace: "shop", Service: "web", Revision: "v2"})
		if err != nil || !slices.Equal(sets.List(have.ips), []string{pod.Status.PodIP}) || have.firsts[second] != pod.Status.PodIP {
			t.Errorf("%s: %+v, %v", families, have, err)
		}
	}
}
