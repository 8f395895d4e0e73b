package lab

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/test/invariant"
)

// stream is the versions of one kind in one namespace. A watch gives every version that
// was stored after a resourceVersion, so one that breaks is taken up where it was. An
// informer would not do: it lists anew when the server has forgotten that version, and
// what was stored in between is lost in silence.
type stream struct {
	kind   schema.GroupVersionKind
	source *cache.ListWatch
	where  string // for errors
	seen   uint64 // the resourceVersion up to which events has everything
	events []invariant.Event
}

// begin reads what there is.
func (s *stream) begin(ctx context.Context) error {
	list, err := s.source.ListWithContext(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("list %s: %w", s.where, err)
	}
	if s.seen, err = listVersion(list); err != nil {
		return err
	}
	return meta.EachListItem(list, func(o runtime.Object) error {
		typed, err := s.typed(o)
		if err != nil {
			return err
		}
		version, err := parseVersion(typed.GetResourceVersion())
		s.events = append(s.events, invariant.Event{Revision: version, Initial: true, Object: typed})
		return err
	})
}

// follow records until stop, and then goes on until it has all that is stored by then.
func (s *stream) follow(ctx context.Context, stop <-chan struct{}) error {
	end := uint64(math.MaxUint64)
	for s.seen < end {
		err := s.watch(ctx, stop, &end)
		switch {
		case s.seen < end && ctx.Err() != nil:
			return fmt.Errorf("the recording of %s has got to version %d only: %w", s.where, s.seen, errors.Join(context.Cause(ctx), err))
		case err != nil && final(err):
			if skipped, e := s.skip(ctx); !skipped || e != nil {
				return fmt.Errorf("watch %s from version %d on: %w", s.where, s.seen, errors.Join(err, e))
			}
		}
		time.Sleep(50 * time.Millisecond) // a server that starts anew is not to be flooded
	}
	return nil
}

// watch records until the connection breaks, the end is reached, or stop.
func (s *stream) watch(ctx context.Context, stop <-chan struct{}, end *uint64) error {
	options := metav1.ListOptions{ResourceVersion: strconv.FormatUint(s.seen, 10), AllowWatchBookmarks: true}
	select {
	case <-stop:
		// A list is never behind what was stored before it. When nothing of the kind was,
		// only a bookmark tells that: the server sends one two seconds before the watch
		// times out, and one list more makes it newer, should it have come too early.
		list, err := s.source.ListWithContext(ctx, metav1.ListOptions{Limit: 1})
		if err != nil {
			return err
		}
		newest, err := listVersion(list)
		if err != nil {
			return err
		}
		*end = min(*end, newest)
		options.TimeoutSeconds = new(int64(3))
		stop = nil
	default:
	}
	w, err := s.source.WatchWithContext(ctx, options)
	if err != nil {
		return err
	}
	defer w.Stop()
	for s.seen < *end {
		select {
		case <-stop:
			return nil
		case e, ok := <-w.ResultChan():
			if !ok {
				return nil
			}
			if err := s.record(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// skip goes on from now where the server has forgotten the last version seen, which it may
// soon after it read its storage anew. It may where each object is as it was recorded last: all
// that can be missed then is one that came and went in the moment without a watch.
func (s *stream) skip(ctx context.Context) (bool, error) {
	list, err := s.source.ListWithContext(ctx, metav1.ListOptions{})
	if err != nil {
		return false, err
	}
	now, err := listVersion(list)
	if err != nil {
		return false, err
	}
	live, recorded := map[types.UID]string{}, map[types.UID]string{}
	if err := meta.EachListItem(list, func(o runtime.Object) error {
		m, err := meta.Accessor(o)
		if err == nil {
			live[m.GetUID()] = m.GetResourceVersion()
		}
		return err
	}); err != nil {
		return false, err
	}
	for _, e := range s.events {
		recorded[e.Object.GetUID()] = e.Object.GetResourceVersion()
		if e.Deleted {
			delete(recorded, e.Object.GetUID())
		}
	}
	if !maps.Equal(live, recorded) {
		return false, nil
	}
	s.seen = now
	return true, nil
}

// final reports whether the server understood and refuses: above all 410 Gone, by which
// it says that it has forgotten the version to begin after.
func final(err error) bool {
	status := apierrors.APIStatus(nil)
	if !errors.As(err, &status) {
		return false
	}
	code := status.Status().Code
	return code >= 400 && code < 500 && code != http.StatusTooManyRequests
}

func (s *stream) record(e watch.Event) error {
	if e.Type == watch.Error {
		return apierrors.FromObject(e.Object)
	}
	o, err := s.typed(e.Object)
	if err != nil {
		return err
	}
	if s.seen, err = parseVersion(o.GetResourceVersion()); err != nil {
		return err
	}
	if e.Type != watch.Bookmark {
		s.events = append(s.events, invariant.Event{Revision: s.seen, Deleted: e.Type == watch.Deleted, Object: o})
	}
	return nil
}

// typed is an object with its kind, which clients leave out.
func (s *stream) typed(o runtime.Object) (manifest.Object, error) {
	typed, ok := o.(manifest.Object)
	if !ok {
		return nil, fmt.Errorf("%T among %s", o, s.where)
	}
	typed.GetObjectKind().SetGroupVersionKind(s.kind)
	return typed, nil
}

func listVersion(list runtime.Object) (uint64, error) {
	m, err := meta.ListAccessor(list)
	if err != nil {
		return 0, err
	}
	return parseVersion(m.GetResourceVersion())
}

// parseVersion reads a resourceVersion as the number that it is,
// https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions
func parseVersion(v string) (uint64, error) { return strconv.ParseUint(v, 10, 64) }
