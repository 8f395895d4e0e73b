package cluster

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	istio "istio.io/client-go/pkg/apis/networking/v1"
	networkingclient "istio.io/client-go/pkg/clientset/versioned/typed/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	appsclient "k8s.io/client-go/kubernetes/typed/apps/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
	"github.com/kubectl-rio/kubectl-rio/test/invariant"
)

// api is the API server without kubectl rio.
type api struct {
	networking *networkingclient.NetworkingV1Client
	apps       *appsclient.AppsV1Client
}

func newAPI(k lab.Kubectl) (*api, error) {
	config, err := k.Config()
	if err != nil {
		return nil, err
	}
	networking, err := networkingclient.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	apps, err := appsclient.NewForConfig(config)
	return &api{networking, apps}, err
}

func (a *api) split(ctx context.Context, namespace, service string) (split, error) {
	vs, err := a.networking.VirtualServices(namespace).Get(ctx, service, metav1.GetOptions{})
	if err != nil {
		return split{}, err
	}
	weights := manifest.Weights(vs)
	return split{v2: weights["v2"], v3: weights["v3"], promoting: vs.Annotations[rio.AnnotationPromoting]}, nil
}

// other is a tool that writes into a field of its own, again and again.
type other struct {
	what  string
	key   string          // KIND/NAME
	value func(n int) int // that it writes the nth time
	write func(ctx context.Context, value int) error
	read  func(manifest.Object) int  // 0: it is not there
	keeps func(before, now int) bool // what a version may make of it
	last  int                        // that was acknowledged
}

// others write until they are stopped.
type others struct {
	list  []*other
	end   context.CancelFunc
	group sync.WaitGroup
}

// startOthers has a person put a route of their own into service a and a timeout on ours,
// an operator annotate a Deployment of b, and an autoscaler scale one of c.
func (c *crowd) startOthers() *others {
	ctx, end := context.WithCancel(c.t.Context())
	routes := func(ctx context.Context, body string) error {
		_, err := c.api.networking.VirtualServices(c.kubectl.Namespace).Patch(ctx, "a", types.JSONPatchType, []byte(body), metav1.PatchOptions{FieldManager: "kubectl-patch"})
		return err
	}
	deployment := func(ctx context.Context, name, manager, body string, subresource ...string) error {
		_, err := c.api.apps.Deployments(c.kubectl.Namespace).Patch(ctx, name, types.MergePatchType, []byte(body), metav1.PatchOptions{FieldManager: manager}, subresource...)
		return err
	}
	if err := routes(ctx, theirRoute); err != nil {
		c.t.Fatal(err)
	}
	number := func(n int) int { return n }
	grows := func(before, now int) bool { return now >= before }
	o := &others{end: end, list: []*other{{
		what: "a timeout on our route, behind a route of theirs", key: "VirtualService/a", value: number, keeps: grows, read: timeoutBehindTheirs,
		write: func(ctx context.Context, n int) error {
			return routes(ctx, fmt.Sprintf(`[{"op": "test", "path": "/spec/http/0/name", "value": "theirs"}, {"op": "add", "path": "/spec/http/1/timeout", "value": "%ds"}]`, n))
		},
	}, {
		what: "an annotation", key: "Deployment/b", value: number, keeps: grows, read: annotationSeen,
		write: func(ctx context.Context, n int) error {
			return deployment(ctx, "b", "operator", fmt.Sprintf(`{"metadata": {"annotations": {%q: "%d"}}}`, annotation, n))
		},
	}, {
		what: "the number of pods, by an autoscaler", key: "Deployment/c", read: replicas,
		value: func(n int) int { return autoscaled + n%2 },
		keeps: func(before, now int) bool { return before < autoscaled || now >= autoscaled },
		write: func(ctx context.Context, n int) error {
			return deployment(ctx, "c", "autoscaler", fmt.Sprintf(`{"spec": {"replicas": %d}}`, n), "scale")
		},
	}}}
	for _, one := range o.list {
		o.group.Go(func() { one.work(ctx, c.t) })
	}
	return o
}

const (
	autoscaled = 3 // above what anybody scales to by hand
	annotation = "example.org/seen"
	theirRoute = `[{"op": "add", "path": "/spec/http/0", "value": {"name": "theirs", "match": [{"uri": {"prefix": "/theirs"}}], "route": [{"destination": {"host": "a", "subset": "latest"}}]}}]`
)

func (o *other) work(ctx context.Context, t *testing.T) {
	for n := 1; ctx.Err() == nil; n++ {
		if err := o.write(context.WithoutCancel(ctx), o.value(n)); err != nil {
			t.Errorf("%s: %v", o.what, err)
			return
		}
		o.last = o.value(n)
		select {
		case <-time.After(700 * time.Millisecond):
		case <-ctx.Done():
		}
	}
}

func (o *others) stop() {
	o.end()
	o.group.Wait()
}

// check finds the stored versions in which somebody else has changed what they wrote.
func (o *others) check(t *testing.T, events []invariant.Event) {
	t.Helper()
	events = slices.SortedFunc(slices.Values(events), func(a, b invariant.Event) int { return cmp.Compare(a.Revision, b.Revision) })
	for _, one := range o.list {
		before := 0
		for _, e := range events {
			if manifest.Kind(e.Object)+"/"+e.Object.GetName() != one.key {
				continue
			}
			now := one.read(e.Object)
			if !one.keeps(before, now) {
				t.Errorf("%s: %d became %d in version %d of %s", one.what, before, now, e.Revision, one.key)
			}
			before = now
		}
		if one.last == 0 || before != one.last {
			t.Errorf("%s: %d was written last, and %d is there", one.what, one.last, before)
		}
	}
}

func timeoutBehindTheirs(o manifest.Object) int {
	http := o.(*istio.VirtualService).Spec.Http
	if len(http) != 2 || http[0].Name != "theirs" {
		return 0
	}
	return int(http[1].GetTimeout().GetSeconds())
}

func annotationSeen(o manifest.Object) int {
	n, _ := strconv.Atoi(o.GetAnnotations()[annotation]) // 0 when it is not there
	return n
}

func replicas(o manifest.Object) int { return int(*o.(*appsv1.Deployment).Spec.Replicas) }
