package lab

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

// apiServer has what it is given, by path; and of that not what gone reports.
func apiServer(t *testing.T, answers map[string]string, gone func(path string) bool) Kubectl {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch text, ok := answers[r.URL.Path]; {
		case !ok || gone != nil && gone(r.URL.Path):
			http.NotFound(w, r)
		case text == "":
			http.Error(w, "not now", http.StatusInternalServerError)
		default:
			_, _ = io.WriteString(w, text)
		}
	})
}

// serve has somebody answer in place of an API server.
func serve(t *testing.T, answer http.HandlerFunc) Kubectl {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	config := "{clusters: [{name: x, cluster: {server: " + server.URL + "}}], contexts: [{name: x, context: {cluster: x}}], current-context: x}"
	k := Kubectl{Kubeconfig: filepath.Join(t.TempDir(), "kubeconfig")}
	if err := os.WriteFile(k.Kubeconfig, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return k
}

// smallCluster has some kinds, and an object of most.
func smallCluster() map[string]string {
	return map[string]string{
		"/api": `{"kind": "APIVersions", "versions": ["v1"]}`,
		"/api/v1": `{"kind": "APIResourceList", "groupVersion": "v1", "resources": [
			{"name": "bindings", "namespaced": true, "kind": "Binding", "verbs": ["create"]},
			{"name": "configmaps", "namespaced": true, "kind": "ConfigMap", "verbs": ["get", "list"]},
			{"name": "events", "namespaced": true, "kind": "Event", "verbs": ["get", "list"]},
			{"name": "namespaces", "kind": "Namespace", "verbs": ["get", "list"]},
			{"name": "namespaces/status", "kind": "Namespace", "verbs": ["get", "list"]}]}`,
		"/apis": `{"kind": "APIGroupList", "groups": [{"name": "example.org",
			"versions": [{"groupVersion": "example.org/v2", "version": "v2"}, {"groupVersion": "example.org/v1", "version": "v1"}],
			"preferredVersion": {"groupVersion": "example.org/v2", "version": "v2"}}]}`,
		"/apis/example.org/v1": `{"kind": "APIResourceList", "groupVersion": "example.org/v1", "resources": [
			{"name": "old", "kind": "Old", "verbs": ["list"]}, {"name": "widgets", "namespaced": true, "kind": "Widget", "verbs": ["list"]}]}`,
		"/apis/example.org/v2": `{"kind": "APIResourceList", "groupVersion": "example.org/v2", "resources": [
			{"name": "widgets", "namespaced": true, "kind": "Widget", "verbs": ["list"]}]}`,

		"/api/v1/configmaps": `{"kind": "ConfigMapList", "apiVersion": "v1", "metadata": {"resourceVersion": "9"}, "items": [
			{"metadata": {"name": "x", "namespace": "a", "uid": "1-2", "resourceVersion": "7", "creationTimestamp": "2026-01-01T00:00:00Z", "managedFields": [{}]}, "data": {"key": "<1>"}},
			{"metadata": {"name": "x", "namespace": "b", "annotations": {"control-plane.alpha.kubernetes.io/leader": "{}", "y": "z"}}}]}`,
		"/api/v1/namespaces":           `{"kind": "NamespaceList", "apiVersion": "v1", "items": [{"metadata": {"name": "a"}, "status": {"phase": "Active"}}]}`,
		"/apis/example.org/v1/old":     `{"kind": "OldList", "apiVersion": "example.org/v1", "items": []}`,
		"/apis/example.org/v2/widgets": `{"kind": "WidgetList", "apiVersion": "example.org/v2", "items": [{"kind": "Widget", "apiVersion": "example.org/v2", "metadata": {"name": "w", "namespace": "a", "generation": 3}, "spec": {"n": 1.0, "half": 0.5, "large": 9007199254740993, "none": null}}]}`,
	}
}
