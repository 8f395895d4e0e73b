package cluster

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"
	istio "istio.io/client-go/pkg/apis/networking/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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
	var sets []manifest.Object
	var services *corev1.ServiceList
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		sets, err = c.virtualServices(ctx, ref.Namespace, selector)
		return err
	})
	group.Go(func() (err error) {
		services, err = c.core.Services(ref.Namespace).List(ctx, metav1.ListOptions{LabelSelector: selector})
		return err
	})
	if err := group.Wait(); err != nil {
		return found, c.explain(err)
	}
	for _, set := range manifest.ParseRoutes(sets) {
		found.Set = set
	}
	for i := range services.Items {
		svc := &services.Items[i]
		svc.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Service"))
		sets = append(sets, svc)
	}
	for _, o := range sets {
		mine, err := c.owned(o)
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
	return manifest.ParseRoutes(objects), c.explain(err)
}

// routesTo are the route sets that lead to a service, of all namespaces, or, without the right
// to list those, of its own.
func (c *Client) routesTo(ctx context.Context, ref rio.Ref) ([]manifest.Object, error) {
	objects, err := c.virtualServices(ctx, "", rio.LabelRoute)
	if apierrors.IsForbidden(err) {
		objects, err = c.virtualServices(ctx, ref.Namespace, rio.LabelRoute)
	}
	if err != nil {
		return nil, c.explain(err)
	}
	return slices.DeleteFunc(objects, func(o manifest.Object) bool {
		sets := manifest.ParseRoutes([]manifest.Object{o})
		return len(sets) == 0 || !sets[0].LeadsTo(ref)
	}), nil
}

// virtualServices lists those that a selector takes.
func (c *Client) virtualServices(ctx context.Context, namespace, selector string) ([]manifest.Object, error) {
	var objects []manifest.Object
	gvk := istio.SchemeGroupVersion.WithKind(manifest.KindVirtualService)
	err := eachItem(ctx, page(c.network.VirtualServices(namespace).List), selector, func(o manifest.Object) {
		o.GetObjectKind().SetGroupVersionKind(gvk)
		objects = append(objects, o)
	})
	return objects, err
}
