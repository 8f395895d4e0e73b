package cluster

import (
	"context"

	"golang.org/x/sync/errgroup"
	istio "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/tools/pager"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Snapshot is a service as it was read, with the objects that made it, each cut
// down to what kubectl rio owns of it.
type Snapshot struct {
	Service rio.Service
	Objects []manifest.Object
}

// Load reads one service. One that does not exist has no revisions.
func (c *Client) Load(ctx context.Context, ref rio.Ref) (Snapshot, error) {
	live, err := c.objects(ctx, ref.Namespace, labels.Set{rio.LabelService: ref.Service}.String(), everything)
	if err != nil {
		return Snapshot{}, err
	}
	snap := Snapshot{Service: rio.Service{Namespace: ref.Namespace, Name: ref.Service}}
	parsed := make([]manifest.Object, len(live))
	for i, o := range live {
		mine, err := owned(o)
		if err != nil {
			return Snapshot{}, err
		}
		snap.Objects = append(snap.Objects, mine)
		parsed[i] = o // routes and ports are read as they are
		switch o.(type) {
		case *appsv1.Deployment, *appsv1.StatefulSet, *appsv1.DaemonSet:
			parsed[i] = mine
		}
	}
	for _, s := range manifest.Parse(parsed) {
		snap.Service = s
	}
	services := []rio.Service{snap.Service}
	manifest.Observe(services, live)
	snap.Service = services[0]
	return snap, nil
}

// owned cuts an object down to our part, and keeps the version that locks a write.
func owned(o manifest.Object) (manifest.Object, error) {
	var into manifest.Object
	var err error
	switch o := o.(type) {
	case *appsv1.Deployment:
		into, err = cut(o, &appsv1.Deployment{})
	case *appsv1.StatefulSet:
		into, err = cut(o, &appsv1.StatefulSet{})
	case *appsv1.DaemonSet:
		into, err = cut(o, &appsv1.DaemonSet{})
	case *corev1.Service:
		into, err = cut(o, &corev1.Service{})
	case *istio.DestinationRule:
		into, err = cut(o, &istio.DestinationRule{})
	case *istio.VirtualService:
		into, err = cut(o, &istio.VirtualService{})
	}
	if err != nil {
		return nil, err
	}
	manifest.Widen(into, o)
	into.SetResourceVersion(o.GetResourceVersion())
	into.SetUID(o.GetUID())
	return into, nil
}

func cut[T manifest.Object](o, into T) (manifest.Object, error) {
	return into, manifest.Owned(o, rio.FieldManager, into)
}

// List reads all services of a namespace, of all namespaces when it is empty, that
// the label selector matches.
func (c *Client) List(ctx context.Context, namespace, selector string) ([]rio.Service, error) {
	all := rio.LabelManaged + "=true"
	if selector != "" {
		all += "," + selector
	}
	live, err := c.objects(ctx, namespace, all, withoutRules)
	if err != nil {
		return nil, err
	}
	services := manifest.Parse(live)
	manifest.Observe(services, live)
	return services, c.AddTrouble(ctx, namespace, services)
}

// scope says which kinds are read.
type scope int

const (
	everything   scope = iota
	withoutRules       // DestinationRules say nothing of a service that its workloads do not
)

// objects reads all kinds at once, each in pages.
func (c *Client) objects(ctx context.Context, namespace, selector string, s scope) ([]manifest.Object, error) {
	lists := []struct {
		gvk  schema.GroupVersionKind
		list pager.ListPageFunc
	}{
		{appsv1.SchemeGroupVersion.WithKind(manifest.KindDeployment), page(c.apps.Deployments(namespace).List)},
		{appsv1.SchemeGroupVersion.WithKind(manifest.KindStatefulSet), page(c.apps.StatefulSets(namespace).List)},
		{appsv1.SchemeGroupVersion.WithKind(manifest.KindDaemonSet), page(c.apps.DaemonSets(namespace).List)},
		{istio.SchemeGroupVersion.WithKind(manifest.KindVirtualService), page(c.network.VirtualServices(namespace).List)},
		{corev1.SchemeGroupVersion.WithKind("Service"), page(c.core.Services(namespace).List)},
		{istio.SchemeGroupVersion.WithKind(manifest.KindDestinationRule), page(c.network.DestinationRules(namespace).List)},
	}
	if s == withoutRules {
		lists = lists[:len(lists)-1]
	}
	found := make([][]manifest.Object, len(lists))
	group, ctx := errgroup.WithContext(ctx)
	for i, l := range lists {
		group.Go(func() error {
			p := pager.New(l.list)
			p.PageSize = 500
			return p.EachListItem(ctx, metav1.ListOptions{LabelSelector: selector}, func(item runtime.Object) error {
				o := item.(manifest.Object)
				o.GetObjectKind().SetGroupVersionKind(l.gvk)
				found[i] = append(found[i], o)
				return nil
			})
		})
	}
	if err := group.Wait(); err != nil {
		return nil, c.explain(err)
	}
	var objects []manifest.Object
	for _, f := range found {
		objects = append(objects, f...)
	}
	return objects, nil
}

// page makes a typed List one that the pager takes.
func page[L runtime.Object](list func(context.Context, metav1.ListOptions) (L, error)) pager.ListPageFunc {
	return func(ctx context.Context, opts metav1.ListOptions) (runtime.Object, error) { return list(ctx, opts) }
}
