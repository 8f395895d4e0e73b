package cluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
	watchtools "k8s.io/client-go/tools/watch"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// errDone ends the watch of the pods when the workload is ready.
var errDone = errors.New("done")

// All asks WaitReady for every pod, of the newest template, and no other left.
const All = -1

// WaitReady waits until a revision, whose workload is of that kind, has enough available pods, or All. It watches, and
// reports each change as "1/3 ready". A pod that cannot start ends the wait at once,
// with the reason.
func (c *Client) WaitReady(ctx context.Context, ref rio.Ref, kind string, enough int32, report func(string)) error {
	outer := ctx
	looked := make(chan struct{}) // the workload was, and it is not enough
	var once sync.Once
	refused, stuck := "", map[string]string{} // why it takes so long, by pod
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		lists, empty := c.workloadsOf(ref, kind)
		_, err := watchtools.UntilWithSync(ctx, lists, empty, nil, func(e watch.Event) (bool, error) {
			w, ok := rolloutOf(e.Object)
			if !ok || e.Type == watch.Deleted {
				return false, fmt.Errorf("%s %q was deleted while it was waited for", strings.ToLower(kind), ref.ObjectName())
			}
			if !w.seen {
				return false, nil // these are the numbers of the template before
			}
			report(w.String())
			refused = w.refused
			done := w.done()
			if enough != All {
				done = w.available >= min(enough, w.want)
			}
			if !done {
				once.Do(func() { close(looked) })
			}
			return done, nil
		})
		if err == nil {
			err = errDone
		}
		return err
	})
	group.Go(func() error {
		select {
		case <-looked:
			return c.watchForFailure(ctx, ref, kind, report, stuck)
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	switch err := group.Wait(); {
	case errors.Is(err, errDone):
		return nil
	case outOfTime(outer, err):
		why := refused
		if pods := slices.Sorted(maps.Keys(stuck)); why == "" && len(pods) > 0 {
			why = stuck[pods[0]]
		}
		if why != "" {
			why = ": " + why
		}
		return NotReady("revision %q of %q is not ready in time%s; see: kubectl rio why -n %s %s", ref.RevisionName(), ref.Service, why, ref.Namespace, ref)
	default:
		return err
	}
}

// outOfTime tells a wait whose time is over from one that somebody interrupted, or that failed.
func outOfTime(ctx context.Context, err error) bool {
	return wait.Interrupted(err) && !errors.Is(ctx.Err(), context.Canceled)
}

// WaitGone waits until no pod of a revision is left.
func (c *Client) WaitGone(ctx context.Context, ref rio.Ref, report func(string)) error {
	pods := map[string]bool{}
	selector := labels.Set(rio.Selector(ref)).String()
	listed := func(store cache.Store) (bool, error) { return len(store.List()) == 0, nil }
	_, err := watchtools.UntilWithSync(ctx, c.podsOf(ref.Namespace, selector), &corev1.Pod{}, listed, func(e watch.Event) (bool, error) {
		if pod, ok := e.Object.(*corev1.Pod); ok {
			pods[pod.Name] = e.Type != watch.Deleted
		}
		left := 0
		for _, there := range pods {
			if there {
				left++
			}
		}
		report(fmt.Sprintf("%d left", left))
		return left == 0, nil
	})
	if outOfTime(ctx, err) {
		return NotReady("the pods of %q have not ended in time; see: kubectl get pods -n %s -l %s", ref, ref.Namespace, selector)
	}
	return err
}

// watchForFailure ends with an error when a pod of the newest template cannot start. It notes
// what is wrong with pods that may yet come.
func (c *Client) watchForFailure(ctx context.Context, ref rio.Ref, kind string, report func(string), stuck map[string]string) error {
	_, err := watchtools.UntilWithSync(ctx, c.podsOf(ref.Namespace, labels.Set(rio.Selector(ref)).String()), &corev1.Pod{}, nil, func(e watch.Event) (bool, error) {
		pod, ok := e.Object.(*corev1.Pod)
		if !ok {
			return false, nil
		}
		if text, _ := troubleOf(pod); text != "" && e.Type != watch.Deleted {
			stuck[pod.Name] = text
		} else {
			delete(stuck, pod.Name)
		}
		if pod.DeletionTimestamp != nil {
			return false, nil
		}
		f := failureOf(pod)
		if f == nil || !c.isNewest(ctx, ref, kind, pod) {
			return false, nil
		}
		report(fmt.Sprintf("%s: %s", pod.Name, f.reason))
		if !f.final {
			return false, nil
		}
		return false, f.notReady(ref)
	})
	return err
}

// WaitRunning waits until the container that a reference names runs, in one pod or the one named.
func (c *Client) WaitRunning(ctx context.Context, ref rio.PodRef) error {
	set := labels.Set{rio.LabelService: ref.Service}
	if ref.Revision != "" {
		set[rio.LabelRevision] = ref.Revision
	}
	_, err := watchtools.UntilWithSync(ctx, c.podsOf(ref.Namespace, set.String()), &corev1.Pod{}, nil, func(e watch.Event) (bool, error) {
		pod, ok := e.Object.(*corev1.Pod)
		return ok && (ref.Suffix == "" || pod.Name == ref.PodName()) && pod.DeletionTimestamp == nil && runs(pod, cmp.Or(ref.Container, ref.Service)), nil
	})
	if outOfTime(ctx, err) {
		return NotReady("no pod of %q runs in time; see: kubectl rio ps -n %s %s", ref.Ref, ref.Namespace, ref.Ref)
	}
	return err
}

func runs(pod *corev1.Pod, container string) bool {
	return slices.ContainsFunc(pod.Status.ContainerStatuses, func(s corev1.ContainerStatus) bool {
		return s.Name == container && s.State.Running != nil
	})
}

// newest asks for a list with all that was written before. What a watch begins with where the
// server does not stream it may be older, and the pods of the template before look ready then:
// https://kubernetes.io/docs/reference/using-api/api-concepts/#semantics-for-get-and-list
const newest = ""

// podsOf lists and watches the pods of a selector.
func (c *Client) podsOf(namespace, selector string) *cache.ListWatch {
	return &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
			o.LabelSelector, o.ResourceVersion = selector, newest
			return c.core.Pods(namespace).List(ctx, o)
		},
		WatchFuncWithContext: func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
			o.LabelSelector = selector
			return c.core.Pods(namespace).Watch(ctx, o)
		},
	}
}
