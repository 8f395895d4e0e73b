package cluster

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

const (
	deployments     = "/apis/apps/v1/namespaces/default/deployments"
	virtualServices = "/apis/networking.istio.io/v1/namespaces/default/virtualservices"
)

var foobarRef = rio.Ref{Namespace: "default", Service: "foobar"}

func TestLoadExplains(t *testing.T) {
	for sentence, tc := range map[string]struct {
		path   string
		answer answer
		want   string
	}{
		"a cluster without Istio": {virtualServices, answer{404, "404 page not found"},
			`this cluster has no Istio (virtualservices.networking.istio.io is unknown to it); install it: kubectl rio install`},
		"a missing right": {deployments, answer{403, status(403, "Forbidden",
			`deployments.apps is forbidden: User "jane@example.com" cannot list resource "deployments" in API group "apps" in the namespace "default"`, &metav1.StatusDetails{Group: "apps", Kind: "deployments"})},
			`you (jane@example.com) may not list deployments in namespace "default"; ask for the role edit there: ` +
				`kubectl create rolebinding edit-jane-example-com --clusterrole=edit --user=jane@example.com -n default`},
		"a right that edit does not have": {deployments, answer{403, status(403, "Forbidden",
			`roles.rbac.authorization.k8s.io is forbidden: User "jane" cannot create resource "roles" in API group "rbac.authorization.k8s.io" in the namespace "default"`, nil)},
			`you (jane) may not create roles in namespace "default"; ask for the role admin there: kubectl create rolebinding admin-jane --clusterrole=admin --user=jane -n default`},
		"a stack that may not be read": {deployments, answer{403, status(403, "Forbidden",
			`namespaces "shop" is forbidden: User "jane" cannot get resource "namespaces" in API group "" in the namespace "shop"`, nil)},
			`you (jane) may not get namespace "shop"; an administrator of the cluster must do it; or bind a ClusterRole to you that may: ` +
				`kubectl create clusterrole get-namespaces --verb=get --resource=namespaces; then kubectl create clusterrolebinding get-namespaces-jane --clusterrole=get-namespaces --user=jane`},
		"a user of a directory": {deployments, answer{403, status(403, "Forbidden", `pods is forbidden: User "CORP\\jane" cannot list resource "pods" in API group "" in the namespace "default"`, nil)},
			`you (CORP\jane) may not list pods in namespace "default"; ask for the role edit there: kubectl create rolebinding edit-corp-jane --clusterrole=edit --user='CORP\jane' -n default`},
		"a user of a certificate, and a stack": {deployments, answer{403, status(403, "Forbidden", `namespaces "shop" is forbidden: User "Jane Doe" cannot get resource "namespaces" in API group "" in the namespace "shop"`, nil)},
			`you (Jane Doe) may not get namespace "shop"; an administrator of the cluster must do it; or bind a ClusterRole to you that may: ` +
				`kubectl create clusterrole get-namespaces --verb=get --resource=namespaces; then kubectl create clusterrolebinding get-namespaces-jane-doe --clusterrole=get-namespaces --user='Jane Doe'`},
		"rights that one does not have oneself": {deployments, answer{403, status(403, "Forbidden", `user "jane" is attempting to grant RBAC permissions not currently held`, nil)},
			`user "jane" is attempting to grant RBAC permissions not currently held; nobody can grant rights that they do not have: ask somebody who has them`},
		"what is nobody's first day": {deployments, answer{500, status(500, "InternalError", "etcd is away", nil)}, `etcd is away`},
	} {
		t.Run(sentence, func(t *testing.T) {
			c, _ := with(t, map[string]answer{"GET " + tc.path: tc.answer})
			_, err := c.Load(t.Context(), foobarRef)
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(tc.want, err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnUnreachableCluster(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	_, err := clientOf(t, gone.URL).Load(t.Context(), foobarRef)
	want := fmt.Sprintf("cannot reach the cluster at %s (context \"lab\"): connection refused; see: kubectl config get-contexts", gone.URL)
	if err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := clientOf(t, gone.URL).Load(ctx, foobarRef); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want what the user did: canceled", err)
	}
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer silent.Close()
	ctx, cancel = context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err = clientOf(t, silent.URL).Load(ctx, foobarRef)
	want = fmt.Sprintf("the cluster at %s (context \"lab\") did not answer in time; see: kubectl config get-contexts", silent.URL)
	if !errors.Is(err, context.DeadlineExceeded) || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestApplyExplains(t *testing.T) {
	vs := manifest.Render(foobar())[3]
	write := "PATCH " + virtualServices + "/foobar"
	conflict := func(causes ...metav1.StatusCause) *metav1.StatusDetails {
		return &metav1.StatusDetails{Name: "foobar", Group: "networking.istio.io", Kind: "virtualservices", Causes: causes}
	}
	for sentence, tc := range map[string]struct {
		answer          answer
		want            string
		stale, conflict bool
	}{
		"somebody was faster: decide again": {
			answer{409, status(409, "Conflict", "the object has been modified", conflict())},
			`apply virtualservice "foobar": the object has been modified`, true, true,
		},
		"another manager has the field: deciding again does not help": {
			answer{409, status(409, "Conflict", `Apply failed with 1 conflict: conflict with "argocd": .spec.http`, conflict(metav1.StatusCause{Type: "FieldManagerConflict", Field: ".spec.http"}))},
			`apply virtualservice "foobar": Apply failed with 1 conflict: conflict with "argocd": .spec.http; take the fields over with --force-conflicts`, false, true,
		},
		"Istio is not there": {
			answer{404, "404 page not found"},
			`this cluster has no Istio (virtualservices.networking.istio.io is unknown to it); install it: kubectl rio install`, false, false,
		},
		"a webhook says no": {
			answer{400, status(400, "BadRequest", "admission webhook denied the request: weights", nil)},
			`apply virtualservice "foobar": admission webhook denied the request: weights`, false, false,
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			c, _ := with(t, map[string]answer{write: tc.answer})
			_, err := c.Apply(t.Context(), plan.Change{Op: plan.Update, Before: vs, After: vs}, WriteOptions{})
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(tc.want, err.Error()); diff != "" {
				t.Error(diff)
			}
			if IsStale(err) != tc.stale || apierrors.IsConflict(err) != tc.conflict {
				t.Errorf("stale %v, conflict %v, want %v and %v", IsStale(err), apierrors.IsConflict(err), tc.stale, tc.conflict)
			}
		})
	}
}

func TestWhatPasses(t *testing.T) {
	broken := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer broken.Close()
	_, lost := clientOf(t, broken.URL).Core().Pods("default").List(t.Context(), metav1.ListOptions{})
	broken.Close()
	_, refused := clientOf(t, broken.URL).Core().Pods("default").List(t.Context(), metav1.ListOptions{})
	resource := schema.GroupResource{Resource: "pods"}
	for sentence, tc := range map[string]struct {
		err  error
		want bool
	}{
		"none":                        {nil, false},
		"any":                         {errors.New("x"), false},
		"a connection that broke":     {lost, true},
		"one that nobody took":        {fmt.Errorf("list: %w", refused), true},
		"no answer in time":           {fmt.Errorf("list: %w", &url.Error{Op: "Get", Err: os.ErrDeadlineExceeded}), true},
		"somebody else's certificate": {&url.Error{Op: "Get", Err: x509.UnknownAuthorityError{}}, false},
		"too much to do":              {fmt.Errorf("list: %w", apierrors.NewTooManyRequests("x", 1)), true},
		"a server that starts":        {apierrors.NewServiceUnavailable("x"), true},
		"one that fails":              {apierrors.NewInternalError(errors.New("x")), true},
		"one before it that does":     {apierrors.NewGenericServerResponse(502, "get", resource, "", "x", 0, true), true},
		"one that is slow":            {apierrors.NewServerTimeout(resource, "list", 1), true},
		"what is not there":           {apierrors.NewNotFound(resource, "x"), false},
		"a missing right":             {apierrors.NewForbidden(resource, "x", errors.New("y")), false},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := IsPassing(tc.err); got != tc.want {
				t.Errorf("%v: %t, want %t", tc.err, got, tc.want)
			}
		})
	}
}

func TestKindsOfErrors(t *testing.T) {
	resource := schema.GroupResource{Resource: "namespaces"}
	for sentence, tc := range map[string]struct {
		err                                    error
		stale, conflict, noNamespace, notReady bool
	}{
		"none":                                  {nil, false, false, false, false},
		"any":                                   {errors.New("x"), false, false, false, false},
		"a race, told where":                    {fmt.Errorf("apply: %w", apierrors.NewConflict(resource, "x", errors.New("y"))), true, true, false, false},
		"an object that exists is no race":      {apierrors.NewAlreadyExists(resource, "x"), false, false, false, false},
		"a namespace that does not exist":       {apierrors.NewNotFound(resource, "x"), false, false, true, false},
		"an object that does not exist":         {apierrors.NewNotFound(schema.GroupResource{Resource: "pods"}, "x"), false, false, false, false},
		"what is not ready, and what it is for": {fmt.Errorf("wait: %w", NotReady("%w", apierrors.NewConflict(resource, "x", errors.New("y")))), true, true, false, true},
	} {
		t.Run(sentence, func(t *testing.T) {
			got := []bool{IsStale(tc.err), apierrors.IsConflict(tc.err), IsNoNamespace(tc.err), errors.Is(tc.err, ErrNotReady)}
			if diff := cmp.Diff([]bool{tc.stale, tc.conflict, tc.noNamespace, tc.notReady}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if got := NotReady("revision %q", "v2").Error(); got != `revision "v2"` {
		t.Errorf("it says why and no more, got %q", got)
	}
}

// A connection that is to be upgraded is refused in words alone.
func TestExplainOfAStream(t *testing.T) {
	err := errors.New(`unable to upgrade connection: pods "web-1" is forbidden: User "jane" cannot create resource "pods/exec" in API group "" in the namespace "shop"`)
	want := `you (jane) may not create pods/exec in namespace "shop"; ask for the role edit there: kubectl create rolebinding edit-jane --clusterrole=edit --user=jane -n shop`
	if got := clientOf(t, "http://localhost").Explain(err); got.Error() != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
