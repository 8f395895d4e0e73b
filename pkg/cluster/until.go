package cluster

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/tools/cache"
	watchtools "k8s.io/client-go/tools/watch"
)

// newest asks for a list with all that was written before. What a watch begins with where the
// server does not stream it may be older, and the pods of the template before look ready then:
// https://kubernetes.io/docs/reference/using-api/api-concepts/#semantics-for-get-and-list
const newest = ""

// watched lists and watches the objects of a kind, in all namespaces where none is given.
func (k kind) watched(namespace string, options func(*metav1.ListOptions), giveUp func(error)) *cache.ListWatch {
	all := cache.NewFilteredListWatchFromClient(k.client, k.resource, namespace, options)
	list := func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
		o.ResourceVersion = newest
		return all.ListWithContextFunc(ctx, o)
	}
	return judged(list, all.WatchFuncWithContext, giveUp)
}

// scope is the objects that a wait looks at; an empty selector takes all.
type scope struct{ kind, namespace, fields, labels string }

// until watches objects until done; or not at all, where those that are there at first suffice, if
// listed asks. It ends with the context's error when that is over, and with the server's where it
// says no.
func (c *Client) until(ctx context.Context, objects scope, listed watchtools.PreconditionFunc, done watchtools.ConditionFunc) error {
	k, err := c.kindNamed(objects.kind)
	if err != nil {
		return err
	}
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	selected := func(o *metav1.ListOptions) { o.FieldSelector, o.LabelSelector = objects.fields, objects.labels }
	source := k.watched(objects.namespace, selected, func(err error) { end(c.Explain(err)) })
	_, err = watchtools.UntilWithSync(ctx, source, k.empty(), listed, done)
	if wait.Interrupted(err) && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// none is enough for who waits until nothing is left.
func none(store cache.Store) (bool, error) { return len(store.ListKeys()) == 0, nil }
