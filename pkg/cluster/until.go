package cluster

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
	watchtools "k8s.io/client-go/tools/watch"
)

// newest asks for a list with all that was written before. What a watch begins with where the
// server does not stream it may be older, and the pods of the template before look ready then:
// https://kubernetes.io/docs/reference/using-api/api-concepts/#semantics-for-get-and-list
const newest = ""

// scope is the objects of a kind that a wait looks at.
type scope struct {
	list  func(context.Context, metav1.ListOptions) (runtime.Object, error)
	watch func(context.Context, metav1.ListOptions) (watch.Interface, error)
	empty runtime.Object
}

// lister is a typed client of one kind.
type lister[L runtime.Object] interface {
	List(context.Context, metav1.ListOptions) (L, error)
	Watch(context.Context, metav1.ListOptions) (watch.Interface, error)
}

// scoped is those that fields and labels select; an empty selector selects all.
func scoped[L runtime.Object](of lister[L], empty runtime.Object, fields, labels string) scope {
	return scope{
		list: func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
			o.FieldSelector, o.LabelSelector, o.ResourceVersion = fields, labels, newest
			return of.List(ctx, o)
		},
		watch: func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
			o.FieldSelector, o.LabelSelector = fields, labels
			return of.Watch(ctx, o)
		},
		empty: empty,
	}
}

// until watches objects until done; or not at all, where those that are there at first suffice, if
// listed asks. It ends with the context's error when that is over, and with the server's where it
// says no.
func (c *Client) until(ctx context.Context, objects scope, listed watchtools.PreconditionFunc, done watchtools.ConditionFunc) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	source := judged(objects.list, objects.watch, func(err error) { end(c.Explain(err)) })
	_, err := watchtools.UntilWithSync(ctx, source, objects.empty, listed, done)
	if wait.Interrupted(err) && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// none is enough for who waits until nothing is left.
func none(store cache.Store) (bool, error) { return len(store.ListKeys()) == 0, nil }
