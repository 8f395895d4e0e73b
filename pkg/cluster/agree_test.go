package cluster

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// mayNotForward is what the API server says to somebody without that right.
const mayNotForward = `pods "gateway-1" is forbidden: User "jane" cannot create resource "pods/portforward" in API group "" in the namespace "shop"`

// Where nothing carries a port-forward, time is given after a while, as without the right to it,
// and the gateway is not asked too often until then. A node that is away may come back.
func TestPodsThatCannotBeAsked(t *testing.T) {
	gateway := troubled("gateway-1", true, running)
	gateway.UID = "1"
	dialing := status(500, metav1.StatusReasonInternalError, "error dialing backend: dial tcp 10.0.0.1:10250: i/o timeout", nil)
	for sentence, tc := range map[string]struct {
		answer answer
		blind  string // how the reason begins
		err    string
	}{
		"a proxy does not know it": {answer{http.StatusBadGateway, "no streams here"}, "the gateway's pods cannot be asked: port-forward to ", ""},
		"there is no right to it":  {answer{http.StatusForbidden, status(403, metav1.StatusReasonForbidden, mayNotForward, nil)}, "no right to ask the gateway's pods", ""},
		"the node is away":         {answer{http.StatusInternalServerError, dialing}, "", "error dialing backend"},
	} {
		t.Run(sentence, func(t *testing.T) {
			path := "POST /api/v1/namespaces/shop/pods/gateway-1/portforward"
			c, s := with(t, map[string]answer{path: tc.answer, "GET" + strings.TrimPrefix(path, "POST"): tc.answer})
			c.streamPatience = 300 * time.Millisecond
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_, err := c.agree(ctx, func(context.Context) ([]corev1.Pod, error) { return []corev1.Pod{gateway}, nil }, "the split", "gateways",
				func(context.Context) (question, error) {
					return func(context.Context, *envoy) (bool, error) { return true, nil }, nil
				})
			if got := unaskable(err, "the gateway's pods"); !strings.HasPrefix(got, tc.blind) || (got == "") != (tc.blind == "") {
				t.Errorf("given time because of %q (%v), want %q", got, err, tc.blind)
			}
			if tc.err != "" && !strings.Contains(err.Error(), tc.err) {
				t.Errorf("got %v, want %s", err, tc.err)
			}
			if n := len(s.asked); n < 1 || n > 8 { // by SPDY, after WebSocket was tried
				t.Errorf("asked %d times in a second", n)
			}
		})
	}
}

// What is wrong with a pod that may yet come is what a wait ends with.
func TestAWaitSaysWhatItWaitedFor(t *testing.T) {
	deployment := map[string]any{"metadata": map[string]any{"name": "foobar", "generation": 1}, "spec": map[string]any{"replicas": 1}, "status": map[string]any{"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1}}
	refused := map[string]any{"metadata": deployment["metadata"], "spec": deployment["spec"], "status": map[string]any{"observedGeneration": 1,
		"conditions": []any{map[string]any{"type": "ReplicaFailure", "status": "True", "message": "exceeded quota: small"}}}}
	for want, made := range map[string]map[string]any{
		`revision "latest" of "foobar" is not ready in time: p: container "foobar" runs and is not ready; see: kubectl rio why -n shop foobar`: deployment,
		`revision "latest" of "foobar" is not ready in time: exceeded quota: small; see: kubectl rio why -n shop foobar`:                       refused,
	} {
		c, _ := with(t, map[string]answer{
			"GET /apis/apps/v1/namespaces/shop/deployments": {http.StatusOK, listOf("apps/v1", "Deployment", made)},
			"GET /api/v1/namespaces/shop/pods":              {http.StatusOK, listOf("v1", "Pod", troubled("p", false, running))},
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := c.WaitReady(ctx, WorkloadOf(rio.Ref{Namespace: "shop", Service: "foobar"}, "Deployment"), All, func(string) {}); err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

// A list that is older than the write before it shows the template before, whose pods are ready.
func TestAWaitBeginsWithWhatIsNewest(t *testing.T) {
	ready := map[string]any{"metadata": map[string]any{"name": "foobar", "generation": 1}, "spec": map[string]any{"replicas": 1},
		"status": map[string]any{"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1}}
	s := &server{answers: map[string]answer{"GET /apis/apps/v1/namespaces/shop/deployments": {http.StatusOK, listOf("apps/v1", "Deployment", ready)}}}
	var lists atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if q := r.URL.Query(); !q.Has("watch") {
			lists.Add(1)
			if version := q.Get("resourceVersion"); version != "" {
				t.Errorf("%s is read as of version %q", r.URL.Path, version)
			}
		}
		s.ServeHTTP(w, r)
	}))
	defer srv.Close()
	err := clientOf(t, srv.URL).WaitReady(t.Context(), WorkloadOf(rio.Ref{Namespace: "shop", Service: "foobar"}, "Deployment"), All, func(string) {})
	if err != nil || lists.Load() == 0 {
		t.Errorf("%d lists, %v", lists.Load(), err)
	}
}
