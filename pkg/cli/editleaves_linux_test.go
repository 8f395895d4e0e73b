package cli

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// What is staged while edit writes was in no text, and stays.
func TestEditLeavesWhatItHasNotShown(t *testing.T) {
	t.Setenv("KUBE_EDITOR", "sed -i s/nginx/httpd/")
	s, staged := newStore(), map[string]map[string]any{}
	web, v9 := "/apis/apps/v1/namespaces/shop/deployments/web", "/apis/apps/v1/namespaces/shop/deployments/web-v9"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPatch && r.URL.Path == web && len(staged) > 0 {
			s.mu.Lock()
			defer s.mu.Unlock()
			maps.Copy(s.objects, staged)
			clear(staged)
			answer(w, http.StatusConflict, failure(http.StatusConflict, metav1.StatusReasonConflict, "changed"))
			return
		}
		s.ServeHTTP(w, r)
	}))
	defer server.Close()
	given(t, s, server.URL, "given run --name web nginx")
	given(t, s, server.URL, "given stage --image caddy web:v9")
	for path, o := range s.objects {
		if strings.HasSuffix(path, "/web-v9") {
			staged[path] = o
			delete(s.objects, path)
		}
	}
	s.writes = nil
	got := runAgainst(t, server.URL, "edit", "--wait=false", "web")
	if got.Code != 0 || len(staged) > 0 || s.objects[v9] == nil || !slices.Contains(s.writes, "PATCH "+web) {
		t.Errorf("exit code %d, written %v, said %s", got.Code, s.writes, got.Err)
	}
}
