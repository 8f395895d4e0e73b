package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// forgetful is an API server with one Deployment, at another version each time that it is
// listed. It ends the first watch with the word that the version to go on from is too old.
type forgetful struct {
	mu      sync.Mutex
	listed  int
	watched int
	refuse  string // of a resource, for ever
	expired int    // so many questions about a resource are answered with 401
	dated   bool   // a list was asked for that may be older than the last write
}

func (f *forgetful) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.URL.Path == "/version":
		fmt.Fprint(w, `{"gitVersion":"v1.37.2"}`)
	case f.refuse != "" && strings.HasSuffix(r.URL.Path, f.refuse):
		w.WriteHeader(http.StatusForbidden)
		_ = json.NewEncoder(w).Encode(status(403, metav1.StatusReasonForbidden, `User "eve" cannot list resource "pods" in API group "" in the namespace "shop"`, nil))
	case f.expired > 0:
		f.expired--
		w.WriteHeader(http.StatusUnauthorized)
		_ = json.NewEncoder(w).Encode(status(401, metav1.StatusReasonUnauthorized, "Unauthorized", nil))
	case r.URL.Query().Get("sendInitialEvents") != "":
		w.WriteHeader(http.StatusUnprocessableEntity)
		_ = json.NewEncoder(w).Encode(status(422, metav1.StatusReasonInvalid, "sendInitialEvents is forbidden", nil))
	case r.URL.Query().Get("watch") != "":
		f.watched++
		if f.watched == 1 {
			_ = json.NewEncoder(w).Encode(map[string]any{"type": "ERROR", "object": status(410, metav1.StatusReasonExpired, "too old resource version", nil)})
			return
		}
		w.(http.Flusher).Flush()
		f.mu.Unlock()
		<-r.Context().Done()
		f.mu.Lock()
	default:
		f.dated = f.dated || r.URL.Query().Get("resourceVersion") != ""
		f.listed++
		_ = json.NewEncoder(w).Encode(f.list())
	}
}

// list has another version each time, and the second Deployment in the first one alone.
func (f *forgetful) list() map[string]any {
	item := func(name string) map[string]any {
		ref := rio.Ref{Namespace: "shop", Service: name}
		return map[string]any{
			"metadata": map[string]any{"name": name, "namespace": "shop", "resourceVersion": fmt.Sprint(f.listed), "labels": rio.Labels(ref)},
			"spec":     map[string]any{"replicas": f.listed},
		}
	}
	items := []any{item("foobar")}
	if f.listed == 1 {
		items = append(items, item("other"))
	}
	list := listOf("apps/v1", "Deployment", items...)
	list["metadata"] = map[string]any{"resourceVersion": fmt.Sprint(f.listed)}
	return list
}

func follow(t *testing.T, f *forgetful, kinds ...string) ([]string, error) {
	t.Helper()
	srv := httptest.NewServer(f)
	t.Cleanup(srv.Close)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel) // before the server, which waits for its watches
	done := errors.New("done")
	var told []string
	err := clientOf(t, srv.URL).Follow(ctx, "shop", kinds, func(_ string, o *metav1.ListOptions) { selectOurs(o) }, func(c Change) error {
		say := func(o manifest.Object) string {
			if o == nil {
				return "-"
			}
			return fmt.Sprintf("%s/%s*%d", manifest.Kind(o), o.GetName(), *o.(*appsv1.Deployment).Spec.Replicas)
		}
		told = append(told, say(c.Before)+" "+say(c.After))
		if len(told) == 5 {
			return done
		}
		return nil
	})
	if errors.Is(err, done) {
		err = nil
	}
	return told, err
}

// What changed while the server had forgotten where to go on is told: new and gone too.
func TestFollowOutlivesAForgottenVersion(t *testing.T) {
	f := &forgetful{}
	told, err := follow(t, f, manifest.KindDeployment)
	if err != nil {
		t.Fatal(err)
	}
	if f.dated {
		t.Error("it began with a list that may be old")
	}
	slices.Sort(told[:2])
	slices.Sort(told[3:])
	want := []string{"- Deployment/foobar*1", "- Deployment/other*1", "- -", "Deployment/foobar*1 Deployment/foobar*2", "Deployment/other*1 -"}
	if !slices.Equal(told, want) {
		t.Errorf("got %q, want %q", told, want)
	}
}

// Without a right nothing would ever come, so it is said at once.
func TestFollowSaysWhichRightIsMissing(t *testing.T) {
	_, err := follow(t, &forgetful{refuse: "/pods"}, manifest.KindDeployment, rio.KindPod)
	if err == nil || !strings.Contains(err.Error(), `you (eve) may not list pods in namespace "shop"`) {
		t.Errorf("got %v", err)
	}
	err = clientOf(t, "http://127.0.0.1:1").Follow(t.Context(), "shop", nil, nil, nil)
	if err == nil || !strings.Contains(err.Error(), "cannot reach the cluster") {
		t.Errorf("without a server: %v", err)
	}
}

// Who watches for hours outlives its credentials: a plugin renews them when the server says no
// for the first time, and a second no is meant.
func TestFollowLetsCredentialsBeRenewed(t *testing.T) {
	told, err := follow(t, &forgetful{expired: 1}, manifest.KindDeployment)
	if err != nil || len(told) != 5 {
		t.Errorf("renewed: told %q, %v", told, err)
	}
	_, err = follow(t, &forgetful{expired: 100}, manifest.KindDeployment)
	if err == nil || !strings.Contains(err.Error(), "does not take your credentials") {
		t.Errorf("not renewed: %v", err)
	}
}
