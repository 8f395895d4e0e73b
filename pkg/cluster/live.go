package cluster

import (
	"context"
	"errors"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// live is what is known of services, kept as it changes.
type live map[rio.Ref]map[string]manifest.Object // by service, then by kind and name

// take keeps a change and says which service it is of.
func (l live) take(change Change) rio.Ref {
	o := change.After
	if o == nil {
		o = change.Before
	}
	ref := manifest.RefOf(o).Of("")
	key := manifest.Kind(o) + "/" + o.GetName()
	if change.After == nil {
		delete(l[ref], key)
		return ref
	}
	if l[ref] == nil {
		l[ref] = map[string]manifest.Object{}
	}
	l[ref][key] = o
	return ref
}

// service is a service as it is now.
func (l live) service(ref rio.Ref) plan.Sight {
	seen := plan.Sight{Service: rio.Service{Namespace: ref.Namespace, Name: ref.Service}, Pods: map[string]int{}}
	var objects []manifest.Object
	var pods []corev1.Pod
	for _, name := range slices.Sorted(maps.Keys(l[ref])) { // one order, or another pod's trouble is told each time
		o := l[ref][name]
		if pod, ok := o.(*corev1.Pod); ok {
			pods = append(pods, *pod)
			seen.Pods[pod.Labels[rio.LabelRevision]]++
			continue
		}
		objects = append(objects, o)
	}
	services := manifest.Parse(objects)
	manifest.Observe(services, objects)
	addTrouble(services, pods)
	for _, s := range services {
		seen.Service = s
	}
	return seen
}

// all are the services of a namespace, by name, those included of which only pods are left.
func (l live) all(namespace string) []plan.Sight {
	var all []plan.Sight
	for _, ref := range slices.SortedFunc(maps.Keys(l), rio.Ref.Compare) {
		if ref.Namespace == namespace && ref.Service != "" && len(l[ref]) > 0 {
			all = append(all, l.service(ref))
		}
	}
	return all
}

// selectOurs keeps to what belongs to services.
func selectOurs(o *metav1.ListOptions) { o.LabelSelector = rio.LabelManaged + "=true" }

// Await watches services of one namespace until judge says that it is done. It is called
// when all that is there was read, and after each change.
func (c *Client) Await(ctx context.Context, namespace string, routes bool, judge func(see func(rio.Ref) plan.Sight, all func() []plan.Sight) (done bool, err error)) error {
	kinds := []string{manifest.KindDeployment, manifest.KindStatefulSet, manifest.KindDaemonSet, rio.KindPod}
	if routes {
		kinds = append(kinds, manifest.KindVirtualService)
	}
	now, begun := live{}, false
	err := c.Follow(ctx, namespace, kinds, func(_ string, o *metav1.ListOptions) { selectOurs(o) }, func(change Change) error {
		begun = begun || change.all()
		if !change.all() {
			now.take(change)
		}
		if !begun {
			return nil
		}
		done, err := judge(now.service, func() []plan.Sight { return now.all(namespace) })
		if err == nil && done {
			err = errDone
		}
		return err
	})
	if errors.Is(err, errDone) {
		return nil
	}
	return err
}

// Hopeless is why no waiting brings the pods of a revision's newest template up; nil where
// it may.
func (c *Client) Hopeless(ctx context.Context, ref rio.Ref, kind string) error {
	pods, err := c.Pods(ctx, ref)
	if IsPassing(err) { // what changes next asks again
		return nil
	}
	if err != nil {
		return err
	}
	w := WorkloadOf(ref, kind)
	for i := range pods {
		f := failureOf(&pods[i])
		if f == nil || !f.final || pods[i].DeletionTimestamp != nil {
			continue
		}
		if current, first := c.isNewest(ctx, w, &pods[i]); current {
			return w.failed(f, !first && !anyServes(pods, hashOf(pods[i])))
		}
	}
	return nil
}
