package cluster

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Pods of a paused Deployment are not replaced, so a wait for that ends at once. One for a number of
// pods that there is has no need of it.
func TestAWaitForAPausedDeployment(t *testing.T) {
	old := map[string]any{"metadata": map[string]any{"name": "web-v2", "generation": 1}, "spec": map[string]any{"replicas": 1, "paused": true},
		"status": map[string]any{"observedGeneration": 1, "replicas": 1, "availableReplicas": 1}}
	c, _ := with(t, map[string]answer{"GET /apis/apps/v1/namespaces/shop/deployments": {http.StatusOK, listOf("apps/v1", "Deployment", old)}})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	w := WorkloadOf(rio.Ref{Namespace: "shop", Service: "web", Revision: "v2"}, "Deployment")
	if err := c.WaitReady(ctx, w, 1, func(string) {}); err != nil {
		t.Error(err)
	}
	want := `revision "v2" of "web" is not ready: deployment/web-v2 is paused, so its pods are not replaced; go on with it: kubectl rollout resume -n shop deployment/web-v2`
	if err := c.WaitReady(ctx, w, All, func(string) {}); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// It is scaled all the same, and scaled to 0 none of the old pods stays.
func TestAPausedDeploymentGoesToZero(t *testing.T) {
	with := func(pods int) map[string]any {
		return map[string]any{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": map[string]any{"name": "web-v2", "generation": 2, "resourceVersion": "2"},
			"spec": map[string]any{"replicas": 0, "paused": true}, "status": map[string]any{"observedGeneration": 2, "replicas": pods, "availableReplicas": pods}}
	}
	s := &server{answers: map[string]answer{
		"GET /apis/apps/v1/namespaces/shop/deployments": {http.StatusOK, listOf("apps/v1", "Deployment", with(1))},
		"GET /api/v1/namespaces/shop/pods":              {http.StatusOK, listOf("v1", "Pod")},
	}}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if q := r.URL.Query(); !q.Has("watch") || q.Has("sendInitialEvents") || !strings.HasSuffix(r.URL.Path, "/deployments") {
			s.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"type": "MODIFIED", "object": with(0)})
	}))
	defer srv.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	w := WorkloadOf(rio.Ref{Namespace: "shop", Service: "web", Revision: "v2"}, "Deployment")
	if err := clientOf(t, srv.URL).WaitReady(ctx, w, All, func(string) {}); err != nil {
		t.Error(err)
	}
}
