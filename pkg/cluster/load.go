package cluster

import (
	"context"
	"errors"
	"slices"

	"golang.org/x/sync/errgroup"
	istio "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/tools/pager"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Snapshot is a service as it was read, with the routes that lead to it and the objects that
// made them, each cut down to what kubectl rio owns of it.
type Snapshot struct {
	Service rio.Service
	Objects []manifest.Object
	Live    []manifest.Object // the service's own, as they are
	Partly  bool              // routes of other stacks may lead to it, too: the user may not list them

	unread []unread
}

// Load reads one service. One that does not exist has no revisions.
func (c *Client) Load(ctx context.Context, ref rio.Ref) (Snapshot, error) {
	own := labels.Set{rio.LabelService: ref.Service}
	var live, routes []manifest.Object
	var partly bool
	group, all := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		live, err = c.objects(all, own.String(), c.usual(ref.Namespace))
		return err
	})
	group.Go(func() (err error) {
		routes, partly, err = c.routesTo(all, ref.Of(""))
		return err
	})
	if err := group.Wait(); err != nil {
		return Snapshot{}, err
	}
	own[rio.LabelNamespace] = ref.Namespace // some of what follows is in no namespace
	further, without, err := c.readable(ctx, own.String(), ref.Namespace, manifest.Also(live))
	if err != nil {
		return Snapshot{}, err
	}
	live = append(live, further...)
	snap := Snapshot{Service: rio.Service{Namespace: ref.Namespace, Name: ref.Service}, Live: live, Partly: partly, unread: without}
	parsed := make([]manifest.Object, len(live))
	for i, o := range live {
		mine, err := c.Owned(o)
		if err != nil {
			return Snapshot{}, err
		}
		snap.Objects = append(snap.Objects, mine)
		parsed[i] = o // routes and ports are read as they are
		if manifest.IsWorkload(o) {
			parsed[i] = mine
		}
	}
	for _, s := range manifest.Parse(parsed) {
		snap.Service = s
	}
	services := []rio.Service{snap.Service}
	manifest.Observe(services, live)
	snap.Service = services[0]
	snap.standIn()
	snap.Service.Routes = manifest.ParseRoutes(routes)
	for _, o := range routes {
		mine, err := c.Owned(o)
		if err != nil {
			return Snapshot{}, err
		}
		snap.Objects = append(snap.Objects, mine)
	}
	if err := c.rehost(ctx, &snap.Service); err != nil {
		return Snapshot{}, err
	}
	return snap, c.recall(ctx, &snap.Service)
}

// Owned cuts an object down to our part, and keeps the version that locks a write.
func (c *Client) Owned(o manifest.Object) (manifest.Object, error) {
	k, err := c.kindOf(o)
	if err != nil {
		return nil, err
	}
	into := k.empty()
	if err := manifest.Owned(o, rio.FieldManager, into); err != nil {
		return nil, err
	}
	manifest.Widen(into, o)
	manifest.Undefault(into)
	into.SetResourceVersion(o.GetResourceVersion())
	into.SetUID(o.GetUID())
	return into, nil
}

// List reads all services of a namespace, of all namespaces when it is empty, of which a
// workload or its pods have matching labels.
func (c *Client) List(ctx context.Context, namespace string, matching labels.Selector) ([]rio.Service, error) {
	lists := c.usual(namespace)
	live, err := c.objects(ctx, rio.LabelManaged+"=true", lists[:len(lists)-1]) // DestinationRules say nothing of a service that its workloads do not
	if err != nil {
		return nil, err
	}
	return c.parsed(ctx, namespace, live, matching)
}

// Remaining lists all services of a namespace, for who removes what they use. Where Istio is gone,
// as after an uninstall, what runs says what there is.
func (c *Client) Remaining(ctx context.Context, namespace string) ([]rio.Service, error) {
	services, err := c.List(ctx, namespace, labels.Everything())
	if !errors.Is(err, ErrNoIstio) {
		return services, err
	}
	lists := slices.DeleteFunc(c.usual(namespace), func(l objectList) bool { return l.gvk.Group == istio.GroupName })
	live, err := c.objects(ctx, rio.LabelManaged+"=true", lists)
	if err != nil {
		return nil, err
	}
	return c.parsed(ctx, namespace, live, labels.Everything())
}

// parsed are the services that objects make, with what is wrong with their pods.
func (c *Client) parsed(ctx context.Context, namespace string, live []manifest.Object, matching labels.Selector) ([]rio.Service, error) {
	services := manifest.Parse(live)
	if !matching.Empty() {
		match := matches(live, matching)
		services = slices.DeleteFunc(services, func(s rio.Service) bool { return !match.Has(s.Ref()) })
	}
	manifest.Observe(services, live)
	return services, c.AddTrouble(ctx, namespace, services)
}

// matches are the services of which a workload, or its pods, have labels.
func matches(live []manifest.Object, matching labels.Selector) sets.Set[rio.Ref] {
	found := sets.Set[rio.Ref]{}
	for _, o := range live {
		if !manifest.IsWorkload(o) {
			continue
		}
		all := labels.Merge(manifest.TemplateOf(o).Labels, o.GetLabels())
		if matching.Matches(all) {
			found.Insert(manifest.RefOf(o).Of(""))
		}
	}
	return found
}

// objectList is how all objects of one kind are read.
type objectList struct {
	gvk  schema.GroupVersionKind
	list pager.ListPageFunc
}

// usual are the lists that every service is read from.
func (c *Client) usual(namespace string) []objectList {
	apps, network := appsv1.SchemeGroupVersion, istio.SchemeGroupVersion
	return []objectList{
		{apps.WithKind(manifest.KindDeployment), page(c.apps.Deployments(namespace).List)},
		{apps.WithKind(manifest.KindStatefulSet), page(c.apps.StatefulSets(namespace).List)},
		{apps.WithKind(manifest.KindDaemonSet), page(c.apps.DaemonSets(namespace).List)},
		c.virtualServiceList(namespace),
		{corev1.SchemeGroupVersion.WithKind(manifest.KindService), page(c.core.Services(namespace).List)},
		{network.WithKind(manifest.KindDestinationRule), c.network.destinationRules(namespace)},
	}
}

// further are the lists of what only some services have, and what not everybody may read.
func (c *Client) further(namespace string, also []string) []objectList {
	rbac := rbacv1.SchemeGroupVersion
	var lists []objectList
	for _, name := range also {
		lists = append(lists, map[string][]objectList{
			manifest.AlsoAutoscaler: {{autoscalingv2.SchemeGroupVersion.WithKind(manifest.KindAutoscaler), page(c.scaling.HorizontalPodAutoscalers(namespace).List)}},
			manifest.AlsoBudget:     {{policyv1.SchemeGroupVersion.WithKind(manifest.KindBudget), page(c.policy.PodDisruptionBudgets(namespace).List)}},
			manifest.AlsoAccount: {
				{corev1.SchemeGroupVersion.WithKind(manifest.KindServiceAccount), page(c.core.ServiceAccounts(namespace).List)},
				{rbac.WithKind(manifest.KindRole), page(c.rbac.Roles(namespace).List)},
				{rbac.WithKind(manifest.KindRoleBinding), page(c.rbac.RoleBindings(namespace).List)},
			},
			manifest.AlsoCluster: {
				{rbac.WithKind(manifest.KindClusterRole), page(c.rbac.ClusterRoles().List)},
				{rbac.WithKind(manifest.KindClusterRoleBinding), page(c.rbac.ClusterRoleBindings().List)},
			},
			manifest.AlsoConfigs: {{corev1.SchemeGroupVersion.WithKind(rio.KindConfigMap), c.copies(rio.KindConfigMap, namespace)}},
			manifest.AlsoSecrets: {{corev1.SchemeGroupVersion.WithKind(rio.KindSecret), c.copies(rio.KindSecret, namespace)}},
		}[name]...)
	}
	return lists
}

// objects reads all lists at once, each in pages.
func (c *Client) objects(ctx context.Context, selector string, lists []objectList) ([]manifest.Object, error) {
	found := make([][]manifest.Object, len(lists))
	group, ctx := errgroup.WithContext(ctx)
	for i, l := range lists {
		group.Go(func() error {
			return l.each(ctx, selector, func(o manifest.Object) { found[i] = append(found[i], o) })
		})
	}
	if err := group.Wait(); err != nil {
		return nil, c.Explain(err)
	}
	var objects []manifest.Object
	for _, f := range found {
		objects = append(objects, f...)
	}
	return objects, nil
}

// each reads it in pages. A typed client leaves out what kind its objects are.
func (l objectList) each(ctx context.Context, selector string, do func(manifest.Object)) error {
	return pager.New(l.list).EachListItem(ctx, metav1.ListOptions{LabelSelector: selector}, func(item runtime.Object) error {
		o := item.(manifest.Object)
		o.GetObjectKind().SetGroupVersionKind(l.gvk)
		do(o)
		return nil
	})
}

// page makes a typed List one that the pager takes.
func page[L runtime.Object](list func(context.Context, metav1.ListOptions) (L, error)) pager.ListPageFunc {
	return func(ctx context.Context, opts metav1.ListOptions) (runtime.Object, error) { return list(ctx, opts) }
}
