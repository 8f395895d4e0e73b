package cluster

import (
	"context"
	"errors"
	"slices"

	"golang.org/x/sync/errgroup"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
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
	lists := slices.DeleteFunc(c.usual(namespace), func(l objectList) bool {
		return l.kind == manifest.KindVirtualService || l.kind == manifest.KindDestinationRule
	})
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
	kind string
	list pager.ListPageFunc
}

// usual are the lists that every service is read from.
func (c *Client) usual(namespace string) []objectList {
	return []objectList{
		{manifest.KindDeployment, page(c.apps.Deployments(namespace).List)},
		{manifest.KindStatefulSet, page(c.apps.StatefulSets(namespace).List)},
		{manifest.KindDaemonSet, page(c.apps.DaemonSets(namespace).List)},
		{manifest.KindVirtualService, c.network.virtualServices(namespace)},
		{manifest.KindService, page(c.core.Services(namespace).List)},
		{manifest.KindDestinationRule, c.network.destinationRules(namespace)},
	}
}

// further are the lists of what only some services have, and what not everybody may read.
func (c *Client) further(namespace, also string) []objectList {
	return map[string][]objectList{
		manifest.AlsoAutoscaler: {{manifest.KindAutoscaler, page(c.scaling.HorizontalPodAutoscalers(namespace).List)}},
		manifest.AlsoBudget:     {{manifest.KindBudget, page(c.policy.PodDisruptionBudgets(namespace).List)}},
		manifest.AlsoAccount: {
			{manifest.KindServiceAccount, page(c.core.ServiceAccounts(namespace).List)},
			{manifest.KindRole, page(c.rbac.Roles(namespace).List)},
			{manifest.KindRoleBinding, page(c.rbac.RoleBindings(namespace).List)},
		},
		manifest.AlsoCluster: {
			{manifest.KindClusterRole, page(c.rbac.ClusterRoles().List)},
			{manifest.KindClusterRoleBinding, page(c.rbac.ClusterRoleBindings().List)},
		},
		manifest.AlsoConfigs: {{rio.KindConfigMap, c.copies(rio.KindConfigMap, namespace)}},
		manifest.AlsoSecrets: {{rio.KindSecret, c.copies(rio.KindSecret, namespace)}},
	}[also]
}

// objects reads all lists at once, each in pages.
func (c *Client) objects(ctx context.Context, selector string, lists []objectList) ([]manifest.Object, error) {
	found := make([][]manifest.Object, len(lists))
	group, ctx := errgroup.WithContext(ctx)
	for i, l := range lists {
		group.Go(func() error {
			k, err := c.kindNamed(l.kind)
			if err != nil {
				return err
			}
			return pager.New(l.list).EachListItem(ctx, metav1.ListOptions{LabelSelector: selector}, func(item runtime.Object) error {
				o := item.(manifest.Object)
				o.GetObjectKind().SetGroupVersionKind(k.client.APIVersion().WithKind(l.kind)) // which a typed client leaves out
				found[i] = append(found[i], o)
				return nil
			})
		})
	}
	if err := group.Wait(); err != nil {
		return nil, c.Explain(err)
	}
	return slices.Concat(found...), nil
}

// page makes a typed List one that the pager takes.
func page[L runtime.Object](list func(context.Context, metav1.ListOptions) (L, error)) pager.ListPageFunc {
	return func(ctx context.Context, opts metav1.ListOptions) (runtime.Object, error) { return list(ctx, opts) }
}
