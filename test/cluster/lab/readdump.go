package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
)

// unstable kinds come and go by themselves.
var unstable = []string{"componentstatuses", "endpoints", "events", "events.events.k8s.io", "leases.coordination.k8s.io"}

// atATime is how many kinds are asked for at the same time.
const atATime = 8

// ReadDump reads every object of every kind there is. The API server may tell of a kind for a
// moment after its definition has gone: then all is read again.
func ReadDump(ctx context.Context, k Kubectl) (Dump, error) {
	config, err := k.Config()
	if err != nil {
		return nil, err
	}
	config.WarningHandler = rest.NoWarnings{} // some kinds are deprecated
	http, err := rest.HTTPClientFor(config)   // one connection for all
	if err != nil {
		return nil, err
	}
	kinds, err := discovery.NewDiscoveryClientForConfigAndClient(config, http)
	if err != nil {
		return nil, err
	}
	objects, err := dynamic.NewForConfigAndClient(config, http)
	if err != nil {
		return nil, err
	}
	for tries := 1; ; tries++ {
		d, err := readDump(ctx, kinds, objects)
		if !apierrors.IsNotFound(err) || tries == 3 {
			return d, err
		}
		time.Sleep(500 * time.Millisecond)
	}
}

// readDump fails where it cannot read a kind, or not even whether there are others: what is
// missing in a dump would not be missed.
func readDump(ctx context.Context, kinds discovery.ServerResourcesInterfaceWithContext, objects dynamic.Interface) (Dump, error) {
	served, err := kinds.ServerPreferredResourcesWithContext(ctx)
	if err != nil {
		return nil, err
	}
	listed, err := discovery.GroupVersionResources(discovery.FilteredBy(discovery.SupportsAllVerbs{Verbs: []string{"list"}}, served))
	if err != nil {
		return nil, err
	}
	if len(listed) == 0 {
		return nil, errors.New("the API server has no kind that can be listed")
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atATime)
	var mu sync.Mutex
	d := Dump{}
	for kind := range listed {
		if slices.Contains(unstable, kind.GroupResource().String()) {
			continue
		}
		group.Go(func() error {
			list, err := objects.Resource(kind).List(ctx, metav1.ListOptions{})
			if err != nil {
				return fmt.Errorf("list %s: %w", kind.GroupResource(), err)
			}
			mu.Lock()
			defer mu.Unlock()
			return d.add(list.Items)
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return d, nil
}

func (d Dump) add(objects []unstructured.Unstructured) error {
	for _, o := range objects {
		key := fmt.Sprintf("%s.%s %s/%s", o.GetKind(), o.GroupVersionKind().Group, o.GetNamespace(), o.GetName())
		unstructured.RemoveNestedField(o.Object, "status")
		for _, field := range []string{"uid", "resourceVersion", "generation", "creationTimestamp", "managedFields"} {
			unstructured.RemoveNestedField(o.Object, "metadata", field)
		}
		// istiod renews its locks as ConfigMaps.
		unstructured.RemoveNestedField(o.Object, "metadata", "annotations", "control-plane.alpha.kubernetes.io/leader")
		content, err := json.Marshal(o.Object)
		if err != nil {
			return err
		}
		d[key] = string(content)
	}
	return nil
}
