package cluster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// errDone ends what is watched when what was waited for is there.
var errDone = errors.New("done")

// All asks WaitReady for every pod, of the newest template, and no other left.
const All = -1

// WaitReady waits until a workload has enough available pods, or All. It watches, and reports
// each change as "1/3 ready", with the reason where one is known. A pod that cannot start ends
// the wait at once.
func (c *Client) WaitReady(ctx context.Context, w Workload, enough int32, report func(string)) error {
	looked := make(chan struct{}) // the workload was, and it is not enough
	var once sync.Once
	so := newPending(report)
	defer so.end()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		err := c.until(ctx, w.scope(), nil, func(e watch.Event) (bool, error) {
			workload, ok := e.Object.(manifest.Object)
			if !ok || e.Type == watch.Deleted {
				return false, fmt.Errorf("%s %q was deleted while it was waited for", strings.ToLower(w.Kind), w.Ref.ObjectName())
			}
			o := manifest.Observed(workload)
			if o == nil || !o.UpToDate {
				return false, nil // these are the numbers of the template before
			}
			set, ok := workload.(*appsv1.StatefulSet)
			so.inTurns(ok && set.Spec.PodManagementPolicy != appsv1.ParallelPodManagement && !o.OnDelete)
			so.counted(o)
			done := replaced(o) && w.fits(o.Replicas)
			if enough != All {
				done = o.Available >= min(enough, o.Replicas)
			}
			if !done && enough == All && o.Replicas > 0 && o.Held() { // a paused one is still scaled
				return false, w.paused()
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
			return c.watchForFailure(ctx, w, so)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
	switch err := group.Wait(); {
	case errors.Is(err, errDone):
		return nil
	case errors.Is(err, context.DeadlineExceeded):
		why := so.why()
		if why != "" {
			why = ": " + why
		}
		return NotReady("%s is not ready in time%s; see: %s", w, why, w.look())
	default:
		return err
	}
}

// replaced reports whether all pods are there, of the newest template where nobody has to delete
// the old ones, and no other left.
func replaced(o *rio.Observed) bool {
	return o.Available == o.Replicas && o.Total == o.Replicas && (o.Updated == o.Replicas || o.OnDelete)
}

// WaitStarted waits until the container of the service's own name runs in a pod of a workload,
// ready or not. It ends otherwise as WaitReady does.
func (c *Client) WaitStarted(ctx context.Context, w Workload, report func(string)) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		err := c.WaitRunning(ctx, rio.PodRef{Ref: w.Ref})
		switch {
		case errors.Is(err, ErrNotReady):
			return nil // the other knows why
		case err == nil:
			return errDone
		}
		return err
	})
	group.Go(func() error {
		err := c.WaitReady(ctx, w, 1, report)
		if err == nil {
			return errDone
		}
		return err
	})
	if err := group.Wait(); !errors.Is(err, errDone) {
		return err
	}
	return nil
}

// WaitGone waits until no pod of a revision is left.
func (c *Client) WaitGone(ctx context.Context, ref rio.Ref, report func(string)) error {
	left := sets.New[string]()
	selector := labels.Set(rio.Selector(ref)).String()
	listed := func(store cache.Store) (bool, error) { // all at once, or they would be counted up
		left.Insert(store.ListKeys()...)
		return none(store)
	}
	err := c.until(ctx, podsBy(ref.Namespace, selector), listed, func(e watch.Event) (bool, error) {
		switch key, err := cache.MetaNamespaceKeyFunc(e.Object); {
		case err != nil:
			return false, err
		case e.Type == watch.Deleted:
			left.Delete(key)
		default:
			left.Insert(key)
		}
		report(fmt.Sprintf("%d left", left.Len()))
		return left.Len() == 0, nil
	})
	if errors.Is(err, context.DeadlineExceeded) {
		return NotReady("the pods of %q have not ended in time; see: kubectl get pods -n %s -l %s", ref, ref.Namespace, selector)
	}
	return err
}

// watchForFailure ends with an error when a pod of the newest template cannot start. It notes
// what is wrong with pods that may yet come.
func (c *Client) watchForFailure(ctx context.Context, w Workload, so *pending) error {
	return c.until(ctx, podsBy(w.Ref.Namespace, w.selector), nil, func(e watch.Event) (bool, error) {
		pod, ok := e.Object.(*corev1.Pod)
		if !ok {
			return false, nil
		}
		why, _ := troubleOf(pod)
		so.silent(pod.Name, silentNode(pod))
		if why == "" || e.Type == watch.Deleted || rio.PodOver(*pod) { // another comes in its place
			so.noted(pod.Name, "", false)
			return false, nil
		}
		f := failureOf(pod)
		if (f == nil || !f.final) && so.knows(pod.Name, why) {
			return false, nil
		}
		current, first := true, false
		if f != nil || so.rolling() { // a pod that is replaced may well be broken
			current, first = c.isNewest(ctx, w, pod)
		}
		so.isOlder(pod.Name, "")
		if !current {
			so.isOlder(pod.Name, w.remove(pod.Name))
			if w.Kind != manifest.KindDeployment { // there the pod itself has to come, or stands in the way
				so.noted(pod.Name, why, false)
			}
			return false, nil
		}
		so.noted(pod.Name, why, f != nil)
		if f == nil || !f.final {
			return false, nil
		}
		pods, err := c.Pods(ctx, w.Ref)
		return false, w.failed(f, !first && err == nil && !anyServes(pods, hashOf(*pod)))
	})
}

// WaitRunning waits until the container that a reference names runs, in one pod or the one named.
func (c *Client) WaitRunning(ctx context.Context, ref rio.PodRef) error {
	set := labels.Set{rio.LabelService: ref.Service}
	if ref.Revision != "" {
		set[rio.LabelRevision] = ref.Revision
	}
	err := c.until(ctx, podsBy(ref.Namespace, set.String()), nil, func(e watch.Event) (bool, error) {
		pod, ok := e.Object.(*corev1.Pod)
		if !ok || ref.Suffix != "" && pod.Name != ref.PodName() && pod.Name != ref.Suffix || pod.DeletionTimestamp != nil {
			return false, nil
		}
		container, err := rio.ContainerOf(pod, ref)
		return err == nil && runs(pod, container), err
	})
	if errors.Is(err, context.DeadlineExceeded) {
		return NotReady("no pod of %q runs in time; see: kubectl rio ps -n %s %s", ref.Ref, ref.Namespace, ref.Ref)
	}
	return err
}

func runs(pod *corev1.Pod, container string) bool {
	return slices.ContainsFunc(rio.AllStatuses(*pod), func(s corev1.ContainerStatus) bool {
		return s.Name == container && s.State.Running != nil
	})
}

func podsBy(namespace, selector string) scope {
	return scope{kind: rio.KindPod, namespace: namespace, labels: selector}
}
