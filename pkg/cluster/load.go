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
	further, without, err := c.readable(ctx, own.String(), ref.Namespace, alsoOf(live))
	if err != nil {
		return Snapshot{}, err
	}
	live = append(live, further...)
	snap := Snapshot{Service: rio.Service{Namespace: ref.Namespace, Name: ref.Service}, Live: live, Partly: partly, unread: without}
	if snap.Objects, err = c.ownedOf(live); err != nil {
		return Snapshot{}, err
	}
	parsed := slices.Clone(live) // routes and ports are read as they are
	for i, o := range live {
		if manifest.IsWorkload(o) {
			parsed[i] = snap.Objects[i]
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
	mine, err := c.ownedOf(routes)
	if err != nil {
		return Snapshot{}, err
	}
	snap.Objects = append(snap.Objects, mine...)
	if err := c.rehost(ctx, &snap.Service); err != nil {
		return Snapshot{}, err
	}
	snap.Service.Unhosted = manifest.Unhosted(snap.Service, live)
	return snap, c.recall(ctx, &snap.Service)
}

// alsoOf is manifest.Also, and all there may be where latest's workload is not left to say it: staged ones do
// not know of its autoscaler, say.
func alsoOf(live []manifest.Object) []string {
	ofLatest := func(o manifest.Object) bool { return manifest.IsWorkload(o) && manifest.RefOf(o).IsLatest() }
	if len(live) == 0 || slices.ContainsFunc(live, ofLatest) {
		return manifest.Also(live)
	}
	return []string{manifest.AlsoAccount, manifest.AlsoCluster, manifest.AlsoAutoscaler, manifest.AlsoBudget, manifest.AlsoConfigs, manifest.AlsoSecrets}
}

// LeftOver reports whether there is something of a service of which somebody deleted the workloads.
func (s Snapshot) LeftOver() bool { return len(s.Live) > 0 && !s.Service.Exists() }

// ownedOf is Owned of several, in their order.
func (c *Client) ownedOf(objects []manifest.Object) ([]manifest.Object, error) {
	owned := make([]manifest.Object, len(objects))
	var group errgroup.Group // the first of each kind takes milliseconds
	for i, o := range objects {
		group.Go(func() (err error) {
			owned[i], err = c.Owned(o)
			return err
		})
	}
	return owned, group.Wait()
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
	services, err := Listed(ctx, c, namespace, matching, func(services []rio.Service) []rio.Service { return services })
	slices.SortFunc(services, func(a, b rio.Service) int { return a.Ref().Compare(b.Ref()) })
	return services, err
}

// Listed is List for who needs less of services than all: as makes that of a part of them. The
// parts come in no order.
func Listed[T any](ctx context.Context, c *Client, namespace string, matching labels.Selector, as func([]rio.Service) []T) ([]T, error) {
	lists := c.usual(namespace)
	lists = lists[:len(lists)-1] // DestinationRules say nothing of a service that its workloads do not
	var all []T
	var short []rio.Service // of which the pods are looked at, too
	use := func(live []manifest.Object) {
		var well []rio.Service
		for _, s := range parsed(live, matching) {
			if isShort(s) {
				short = append(short, s)
			} else {
				well = append(well, s)
			}
		}
		all = append(all, as(well)...)
	}
	err := c.inTurn(ctx, managed, lists, use)
	if errors.Is(err, errUnordered) {
		all, short = nil, nil
		var live []manifest.Object
		if live, err = c.objects(ctx, managed, lists); err == nil {
			use(live)
		}
	}
	if err != nil {
		return nil, err
	}
	err = c.AddTrouble(ctx, namespace, short)
	return append(all, as(short)...), err
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
	live, err := c.objects(ctx, managed, lists)
	if err != nil {
		return nil, err
	}
	services = parsed(live, labels.Everything())
	return services, c.AddTrouble(ctx, namespace, services)
}

// managed is the label of what is a service's.
const managed = rio.LabelManaged + "=true"

// parsed are the services that objects make.
func parsed(live []manifest.Object, matching labels.Selector) []rio.Service {
	services := manifest.Parse(live)
	if !matching.Empty() {
		match := matches(live, matching)
		services = slices.DeleteFunc(services, func(s rio.Service) bool { return !match.Has(s.Ref()) })
	}
	manifest.Observe(services, live)
	return services
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
			return c.each(ctx, selector, l, func(o manifest.Object) error {
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

// each reads a list in pages.
func (c *Client) each(ctx context.Context, selector string, l objectList, do func(manifest.Object) error) error {
	k, err := c.kindNamed(l.kind)
	if err != nil {
		return err
	}
	pages := pager.New(l.list)
	pages.PageBufferSize = 0 // the next one comes while this one is read, and no third
	return pages.EachListItem(ctx, metav1.ListOptions{LabelSelector: selector}, func(item runtime.Object) error {
		o := item.(manifest.Object)
		o.GetObjectKind().SetGroupVersionKind(k.client.APIVersion().WithKind(l.kind)) // which a typed client leaves out
		return do(o)
	})
}

// page makes a typed List one that the pager takes.
func page[L runtime.Object](list func(context.Context, metav1.ListOptions) (L, error)) pager.ListPageFunc {
	return func(ctx context.Context, opts metav1.ListOptions) (runtime.Object, error) { return list(ctx, opts) }
}
