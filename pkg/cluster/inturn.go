package cluster

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
)

// errUnordered is the error of lists that are not in the order of the API server's keys.
var errUnordered = errors.New("objects are listed in no order")

// inTurn reads all lists at once and hands on the objects of one namespace after the other, so that a
// cluster of thousands of services is never held as a whole: a few pages are, and one namespace. It takes
// lists that the API server gives in the order of its keys, NAMESPACE/NAME.
func (c *Client) inTurn(ctx context.Context, selector string, lists []objectList, use func(live []manifest.Object)) error {
	group, ctx := errgroup.WithContext(ctx)
	var queues []chan manifest.Object
	for _, l := range lists {
		queue := make(chan manifest.Object)
		queues = append(queues, queue)
		group.Go(func() error {
			defer close(queue)
			return c.each(ctx, selector, l, func(o manifest.Object) error {
				select {
				case queue <- o:
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			})
		})
	}
	group.Go(func() error { return merge(queues, use) })
	return c.Explain(group.Wait())
}

// merge hands on what has the least key, of all queues together.
func merge(queues []chan manifest.Object, use func([]manifest.Object)) error {
	heads := make([]manifest.Object, len(queues)) // nil: the queue has ended
	for i, queue := range queues {
		heads[i] = <-queue
	}
	for last := ""; ; {
		least := ""
		for _, o := range heads {
			if o != nil && (least == "" || inKey(o) < least) {
				least = inKey(o)
			}
		}
		switch {
		case least == "":
			return nil
		case least <= last:
			return errUnordered
		}
		var live []manifest.Object
		for i, queue := range queues {
			for ; heads[i] != nil && inKey(heads[i]) == least; heads[i] = <-queue {
				live = append(live, heads[i])
			}
		}
		use(live)
		last = least
	}
}

// inKey is the namespace as keys have it: with the slash, by which a-b comes before a.
func inKey(o manifest.Object) string { return o.GetNamespace() + "/" }
