package cluster

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
)

// judged asks as list and watch do, again and again, until the server has said what no further
// question changes. It is for one informer, which asks one thing after the other.
func judged(list cache.ListWithContextFunc, watchAll cache.WatchFuncWithContext, giveUp func(error)) *cache.ListWatch {
	var h hearing
	heard := func(err error) {
		if h.final(err) {
			giveUp(err)
		}
	}
	return &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
			found, err := list(ctx, o)
			heard(err)
			return found, err
		},
		WatchFuncWithContext: func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
			events, err := watchAll(ctx, o)
			if !apierrors.IsNotFound(err) { // then all is listed anew, and that tells whether the kind is gone
				heard(err)
			}
			return events, err
		},
	}
}

// hearing is what the server has answered so far.
type hearing struct{ unauthorized int }

// final reports whether the server understood and says no, for ever. A plugin for credentials
// renews them when it is told for the first time that they are good no more.
func (h *hearing) final(err error) bool {
	switch {
	case err == nil:
		h.unauthorized = 0
	case apierrors.IsUnauthorized(err):
		h.unauthorized++
	}
	return h.unauthorized > 1 || apierrors.IsForbidden(err) || apierrors.IsNotFound(err)
}
