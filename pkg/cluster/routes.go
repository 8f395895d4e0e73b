package cluster

import (
	"context"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Routes is a route set as it was read, with its objects, each cut down to what kubectl rio
// owns of it.
type Routes struct {
	Set     rio.RouteSet
	Objects []manifest.Object
}

// LoadRoutes reads one route set. One that does not exist has no routes.
func (c *Client) LoadRoutes(ctx context.Context, ref rio.Ref) (Routes, error) {
	found := Routes{Set: rio.RouteSet{Namespace: ref.Namespace, Name: ref.Service}}
	selector := labels.Set{rio.LabelRoute: ref.Service}.String()
	objects, err := c.objects(ctx, selector, []objectList{
		{manifest.KindVirtualService, c.network.virtualServices(ref.Namespace)},
		{manifest.KindService, page(c.core.Services(ref.Namespace).List)},
	})
	if err != nil {
		return found, err
	}
	for _, set := range manifest.ParseRoutes(objects) {
		found.Set = set
	}
	for _, o := range objects {
		mine, err := c.Owned(o)
		if err != nil {
			return found, err
		}
		found.Objects = append(found.Objects, mine)
	}
	return found, nil
}

// ListRoutes reads all route sets of a namespace, of all when it is empty.
func (c *Client) ListRoutes(ctx context.Context, namespace string) ([]rio.RouteSet, error) {
	objects, err := c.virtualServices(ctx, namespace, rio.LabelRoute)
	return manifest.ParseRoutes(objects), err
}

// routesTo are the route sets that lead to a service, of all namespaces, or, without the right
// to list those, of its own: then it reports that there may be more.
func (c *Client) routesTo(ctx context.Context, ref rio.Ref) (objects []manifest.Object, partly bool, err error) {
	objects, err = c.virtualServices(ctx, "", rio.LabelRoute)
	if partly = apierrors.IsForbidden(err); partly {
		objects, err = c.virtualServices(ctx, ref.Namespace, rio.LabelRoute)
	}
	if err != nil {
		return nil, partly, err
	}
	return slices.DeleteFunc(objects, func(o manifest.Object) bool {
		sets := manifest.ParseRoutes([]manifest.Object{o})
		return len(sets) == 0 || !sets[0].LeadsTo(ref)
	}), partly, nil
}

// virtualServices lists those that a selector takes.
func (c *Client) virtualServices(ctx context.Context, namespace, selector string) ([]manifest.Object, error) {
	return c.objects(ctx, selector, []objectList{{manifest.KindVirtualService, c.network.virtualServices(namespace)}})
}
