package cluster

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
)

// server is an API server that only knows faults: what it was not told to answer is an
// empty list, or an object that does not exist.
type server struct {
	answers map[string]answer // by "METHOD /path"

	mu    sync.Mutex
	asked []string // "METHOD /path?query" with the body of a write
}

type answer struct {
	code int
	body any // a string is sent as text, as a server does that does not know the path
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	if r.Method != http.MethodGet {
		s.asked = append(s.asked, fmt.Sprintf("%s %s %s", r.Method, r.URL, body))
	}
	s.mu.Unlock()
	a, ok := s.answers[r.Method+" "+r.URL.Path]
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch last := parts[len(parts)-1]; {
	case ok:
	case r.Method == http.MethodGet && lists[last] != nil:
		a = answer{200, lists[last]}
	default:
		a = answer{404, status(404, "NotFound", fmt.Sprintf("%q not found", last), &metav1.StatusDetails{Name: last})}
	}
	if text, isText := a.body.(string); isText {
		http.Error(w, text, a.code)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.code)
	_ = json.NewEncoder(w).Encode(a.body)
}

func status(code int32, reason metav1.StatusReason, message string, details *metav1.StatusDetails) metav1.Status {
	return metav1.Status{
		TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: "Failure",
		Code: code, Reason: reason, Message: message, Details: details,
	}
}

// with starts a server and gives a client of it.
func with(t *testing.T, answers map[string]answer) (*Client, *server) {
	t.Helper()
	s := &server{answers: answers}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	return clientOf(t, srv.URL), s
}

func clientOf(t *testing.T, url string) *Client {
	t.Helper()
	c, err := New(&rest.Config{Host: url}, "kubectl-rio/test", "lab")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// stored is an object as the server gives it, with what a server adds.
func stored(t *testing.T, o manifest.Object, change func(meta map[string]any)) map[string]any {
	t.Helper()
	m, err := manifest.Encode(o)
	if err != nil {
		t.Fatal(err)
	}
	change(m["metadata"].(map[string]any))
	return m
}

// lists are empty ones of all kinds that are read.
var lists = map[string]map[string]any{
	"deployments": listOf("apps/v1", "Deployment"), "statefulsets": listOf("apps/v1", "StatefulSet"), "daemonsets": listOf("apps/v1", "DaemonSet"),
	"services": listOf("v1", "Service"), "configmaps": listOf("v1", "ConfigMap"), "secrets": listOf("v1", "Secret"),
	"replicasets": listOf("apps/v1", "ReplicaSet"), "endpointslices": listOf("discovery.k8s.io/v1", "EndpointSlice"),
	"destinationrules": listOf("networking.istio.io/v1", "DestinationRule"), "virtualservices": listOf("networking.istio.io/v1", "VirtualService"),
}

func listOf(version, kind string, items ...any) map[string]any {
	return map[string]any{"kind": kind + "List", "apiVersion": version, "metadata": map[string]any{}, "items": append([]any{}, items...)}
}
