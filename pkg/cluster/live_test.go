package cluster

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

var wholeFoobar = rio.Ref{Namespace: "shop", Service: "foobar"}

func TestLiveKeepsServicesAsTheyAre(t *testing.T) {
	l := live{}
	for _, change := range []Change{{After: kinded(deployed(2))}, {After: kinded(theirs("foobar-x", 0))}, {After: kinded(theirs("foobar-y", 0))}} {
		if ref := l.take(change); ref != wholeFoobar {
			t.Errorf("it is of %v", ref)
		}
	}
	seen := l.service(wholeFoobar)
	if latest, ok := seen.Service.Latest(); !ok || !latest.Observed.RolledOut() || seen.Pods["latest"] != 2 {
		t.Errorf("got %+v", seen)
	}
	l.take(Change{Before: kinded(deployed(2)), After: kinded(deployed(1))})
	if latest, _ := l.service(wholeFoobar).Service.Latest(); latest.Observed.Available != 1 {
		t.Error("a change is not kept")
	}
	l.take(Change{Before: kinded(deployed(1))})
	l.take(Change{Before: kinded(theirs("foobar-y", 0))})
	if all := l.all("shop"); len(all) != 1 || all[0].Service.Exists() || all[0].Pods["latest"] != 1 {
		t.Errorf("a service of which a pod is left: %+v", all)
	}
	l.take(Change{Before: kinded(theirs("foobar-x", 0))})
	if all := l.all("shop"); len(all) != 0 {
		t.Errorf("nothing is left, and there is %+v", all)
	}
	if all := l.all("other"); all != nil {
		t.Errorf("in another stack: %+v", all)
	}
}

// What is missing is waited for in vain, and the time ends it; what is there is judged once.
func TestAwait(t *testing.T) {
	srv := httptest.NewServer(&forgetful{})
	t.Cleanup(srv.Close)
	for service, want := range map[string]error{"foobar": nil, "nobody": context.DeadlineExceeded} {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		asked := 0
		err := clientOf(t, srv.URL).Await(ctx, "shop", false, func(see func(rio.Ref) plan.Sight, all func() []plan.Sight) (bool, error) {
			asked++
			if len(all()) == 0 {
				t.Error("it was asked before all was read")
			}
			return see(rio.Ref{Namespace: "shop", Service: service}).Service.Exists(), nil
		})
		cancel()
		if !errors.Is(err, want) || asked == 0 {
			t.Errorf("%s: asked %d times, then %v", service, asked, err)
		}
	}
	broken := errors.New("broken")
	err := clientOf(t, srv.URL).Await(t.Context(), "shop", false, func(func(rio.Ref) plan.Sight, func() []plan.Sight) (bool, error) { return false, broken })
	if !errors.Is(err, broken) {
		t.Errorf("an error of the judge: %v", err)
	}
}

const hopeless = `revision "latest" of "foobar" is not ready: image "nginx:1" cannot be pulled; check the name; `

func owned(kind string) []any {
	return []any{map[string]any{"apiVersion": "apps/v1", "kind": kind, "name": "foobar", "controller": true}}
}

// A pod that cannot start ends a wait, unless it is one that a rollout replaces.
func TestHopeless(t *testing.T) {
	crashing := troubled("foobar-x", false, corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ImagePullBackOff"}})
	crashing.Labels = rio.Labels(wholeFoobar)
	crashing.Labels["pod-template-hash"] = "new"
	ending := *crashing.DeepCopy()
	ending.DeletionTimestamp = new(theirs("x", 1).Status.ContainerStatuses[0].LastTerminationState.Terminated.FinishedAt)
	old := *crashing.DeepCopy()
	old.Labels["pod-template-hash"] = "old"
	set := map[string]any{"metadata": map[string]any{"name": "foobar-new", "namespace": "shop", "labels": map[string]string{"pod-template-hash": "new"}, "annotations": map[string]string{"deployment.kubernetes.io/revision": "2"}, "ownerReferences": owned("Deployment")}}
	kept := map[string]any{"revision": 2, "data": map[string]any{}, "metadata": map[string]any{"name": "foobar-new", "namespace": "shop", "ownerReferences": owned("StatefulSet")}}
	earlier := map[string]any{"metadata": map[string]any{"name": "foobar-old", "namespace": "shop", "labels": map[string]string{"pod-template-hash": "old"}, "annotations": map[string]string{"deployment.kubernetes.io/revision": "1"}, "ownerReferences": owned("Deployment")}}
	another := troubled("foobar-y", true, running)
	another.Labels = crashing.Labels
	numbered, replaced := *crashing.DeepCopy(), *crashing.DeepCopy()
	numbered.Labels["controller-revision-hash"], replaced.Labels["controller-revision-hash"] = "foobar-new", "foobar-old"
	const look, back = "see: kubectl rio why -n shop foobar", "then go back: kubectl rio undo -n shop foobar"
	for sentence, tc := range map[string]struct {
		pods []any
		sets []any
		kind string
		want string
	}{
		"it is of the first template":       {[]any{crashing}, []any{set}, "Deployment", hopeless + look},
		"it is of the newest template":      {[]any{crashing}, []any{earlier, set}, "Deployment", hopeless + back},
		"others of the newest template run": {[]any{crashing, another}, []any{earlier, set}, "Deployment", hopeless + look},
		"it is one that is replaced":        {[]any{old}, []any{set}, "Deployment", ""},
		"it ends already":                   {[]any{ending}, []any{set}, "Deployment", ""},
		"it serves":                         {[]any{theirs("foobar-x", 0)}, []any{set}, "Deployment", ""},
		"it is numbered":                    {[]any{numbered}, nil, "StatefulSet", hopeless + look},
		"the next of its number comes":      {[]any{replaced}, nil, "StatefulSet", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			c, _ := with(t, map[string]answer{
				"GET /api/v1/namespaces/shop/pods":                      {http.StatusOK, listOf("v1", "Pod", tc.pods...)},
				"GET /apis/apps/v1/namespaces/shop/replicasets":         {http.StatusOK, listOf("apps/v1", "ReplicaSet", tc.sets...)},
				"GET /apis/apps/v1/namespaces/shop/controllerrevisions": {http.StatusOK, listOf("apps/v1", "ControllerRevision", kept)},
			})
			err := c.Hopeless(t.Context(), wholeFoobar.Of("latest"), tc.kind)
			if (err == nil) != (tc.want == "") || err != nil && (err.Error() != tc.want || !errors.Is(err, ErrNotReady)) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}
