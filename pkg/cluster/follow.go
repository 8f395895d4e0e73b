package cluster

import (
	"context"
	"errors"
	"io"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/cache"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
)

const kindEvent = "Event"

// Change is an object as it was and as it is; one is nil when it begins or ends, and both
// are when all is told that was there at the beginning.
type Change struct{ Before, After manifest.Object }

// all reports whether it is the mark behind what was there at the beginning.
func (c Change) all() bool { return c.Before == nil && c.After == nil }

// Follow tells of all objects of some kinds in a namespace, of all namespaces when it is
// empty, then marks that with an empty Change, and goes on with each change, one after the
// other, until do or the context ends it. A watch that breaks is taken up again; where the
// server has forgotten the version to go on from, what changed meanwhile is told at once.
func (c *Client) Follow(ctx context.Context, namespace string, kinds []string, options func(kind string, o *metav1.ListOptions), do func(Change) error) error {
	if _, err := c.Version(ctx); err != nil { // informers would try on and on to reach a server that is not there
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	changes := make(chan Change)
	send := func(change Change) {
		select {
		case changes <- change:
		case <-ctx.Done():
		}
	}
	var begun []cache.DoneChecker
	for _, name := range kinds {
		informer, err := c.informer(name, namespace, func(o *metav1.ListOptions) { options(name, o) }, cancel)
		if err != nil {
			return err
		}
		registration, err := informer.AddEventHandler(tellers(send))
		if err != nil {
			return err
		}
		begun = append(begun, registration.HasSyncedChecker())
		go informer.RunWithContext(ctx)
	}
	go func() {
		for _, b := range begun {
			select {
			case <-b.Done():
			case <-ctx.Done():
				return
			}
		}
		send(Change{})
	}()
	for {
		select {
		case change := <-changes:
			if err := do(change); err != nil {
				return err
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// informer lists and watches one kind, and gives up where the server refuses.
func (c *Client) informer(name, namespace string, options func(*metav1.ListOptions), giveUp context.CancelCauseFunc) (cache.SharedInformer, error) {
	k, err := c.followed(name)
	if err != nil {
		return nil, err
	}
	source := k.watched(namespace, options, func(err error) { giveUp(c.Explain(err)) })
	informer := cache.NewSharedInformer(source, k.empty(), 0)
	err = informer.SetWatchErrorHandlerWithContext(func(_ context.Context, _ *cache.Reflector, err error) {
		if !informer.HasSynced() && !passing(err) && !apierrors.IsUnauthorized(err) { // of which judged keeps count
			giveUp(c.Explain(err))
		}
	})
	if err != nil {
		return nil, err
	}
	return informer, informer.SetTransform(func(o any) (any, error) {
		if typed, ok := o.(manifest.Object); ok {
			typed.GetObjectKind().SetGroupVersionKind(k.client.APIVersion().WithKind(name))
		}
		return o, nil
	})
}

func (c *Client) followed(name string) (kind, error) {
	if name == kindEvent {
		return kind{"events", c.core.RESTClient(), func() manifest.Object { return &corev1.Event{} }, false}, nil
	}
	return c.kindNamed(name)
}

// passing errors end a watch and no more: it is taken up again.
func passing(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || apierrors.IsResourceExpired(err) || apierrors.IsGone(err) ||
		apierrors.IsTooManyRequests(err) || apierrors.IsTimeout(err) || apierrors.IsServerTimeout(err)
}

// tellers pass an informer's calls on. One that lists anew calls for what has not changed, too.
func tellers(send func(Change)) cache.ResourceEventHandler {
	return cache.ResourceEventHandlerFuncs{
		AddFunc: func(o any) { send(Change{After: o.(manifest.Object)}) },
		UpdateFunc: func(old, now any) {
			before, after := old.(manifest.Object), now.(manifest.Object)
			if before.GetResourceVersion() != after.GetResourceVersion() {
				send(Change{before, after})
			}
		},
		DeleteFunc: func(o any) {
			if lost, ok := o.(cache.DeletedFinalStateUnknown); ok {
				o = lost.Obj
			}
			send(Change{Before: o.(manifest.Object)})
		},
	}
}
