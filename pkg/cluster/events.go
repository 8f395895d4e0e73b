package cluster

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	istio "istio.io/client-go/pkg/apis/networking/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Events tells what happens to the services of a namespace, of all namespaces when it is
// empty, until the context ends or tell fails. With a time since it begins with what is
// still known to have happened after that.
func (c *Client) Events(ctx context.Context, namespace string, since time.Time, now func() time.Time, tell func(rio.Event) error) error {
	w := watcher{now: now, since: since, tell: tell, past: c.pasts(ctx, namespace), live: live{}, told: map[string]time.Time{}, last: map[rio.Ref]rio.Service{}}
	kinds := []string{manifest.KindDeployment, manifest.KindStatefulSet, manifest.KindDaemonSet, manifest.KindVirtualService, rio.KindPod, kindEvent}
	return c.Follow(ctx, namespace, kinds, func(kind string, o *metav1.ListOptions) {
		if kind == kindEvent { // they have no labels
			o.FieldSelector = fields.OneTermEqualSelector("type", corev1.EventTypeWarning).String()
			return
		}
		selectOurs(o)
	}, w.see)
}

// watcher turns changes of objects into what a person would say of them.
type watcher struct {
	now   func() time.Time
	since time.Time
	tell  func(rio.Event) error
	past  func(rio.Ref, *rio.Revision) ([]rio.Release, error)

	live  live
	last  map[rio.Ref]rio.Service // as it was told last
	told  map[string]time.Time    // warnings, by UID: they repeat
	early []Change                // warnings from before the beginning
	begun bool
}

func (w *watcher) see(change Change) error {
	switch {
	case change.all():
		return w.begin()
	case isWarning(change):
		if !w.begun {
			w.early = append(w.early, change)
			return nil
		}
		return w.tellAll(w.warning(change))
	}
	ref := w.live.take(change)
	if !w.begun || ref.Service == "" {
		return nil
	}
	return w.tellAll(w.changed(ref, change)...)
}

// begin tells what is known of the time before, in its order.
func (w *watcher) begin() error {
	w.begun = true
	var events []rio.Event
	for ref, objects := range w.live {
		s := w.live.service(ref).Service
		w.last[ref] = s
		if w.since.IsZero() {
			continue
		}
		for i := range s.Revisions {
			r := &s.Revisions[i]
			history, err := w.past(ref.Of(r.Name), r)
			if err != nil {
				return err
			}
			events = append(events, plan.Since(ref.Of(r.Name), *r, history, w.since)...)
		}
		for _, o := range objects {
			if pod, ok := o.(*corev1.Pod); ok {
				events = append(events, restartsSince(pod, w.since)...)
			}
		}
	}
	for _, change := range w.early {
		if e := w.warning(change); !w.since.IsZero() && !e.Time.Before(w.since) {
			events = append(events, e)
		}
	}
	slices.SortStableFunc(events, func(a, b rio.Event) int { return cmp.Or(a.Time.Compare(b.Time), strings.Compare(a.ID, b.ID)) })
	return w.tellAll(events...)
}

// changed compares the service with what was told of it last, and a pod with itself.
func (w *watcher) changed(ref rio.Ref, change Change) []rio.Event {
	if pod, ok := change.After.(*corev1.Pod); ok {
		before, _ := change.Before.(*corev1.Pod)
		return podEvents(before, pod)
	}
	if _, ok := change.Before.(*corev1.Pod); ok {
		return nil // it has ended, as the count of those that are ready says
	}
	before, known := w.last[ref]
	if !known {
		before = rio.Service{Namespace: ref.Namespace, Name: ref.Service}
	}
	after := w.live.service(ref).Service
	w.last[ref] = after
	events := plan.Happened(before, after)
	if vs, ok := change.After.(*istio.VirtualService); ok {
		if by := writer(vs); by != rio.FieldManager {
			for i := range events {
				events[i].By = by
			}
		}
	}
	if _, ok := change.Before.(*istio.VirtualService); ok && change.After == nil {
		events = slices.DeleteFunc(events, func(e rio.Event) bool { return e.Type == rio.EventWeight }) // there is no split any more
	}
	return events
}

func (w *watcher) tellAll(events ...rio.Event) error {
	for _, e := range events {
		if e.Message == "" {
			continue
		}
		if e.Time.IsZero() {
			e.Time = w.now()
		}
		if err := w.tell(e); err != nil {
			return err
		}
	}
	return nil
}

// writer is the tool that wrote an object's spec last.
func writer(o manifest.Object) string {
	var last metav1.ManagedFieldsEntry
	for _, f := range o.GetManagedFields() {
		if f.Subresource == "" && f.Time != nil && (last.Time == nil || !f.Time.Before(last.Time)) {
			last = f
		}
	}
	return last.Manager
}
