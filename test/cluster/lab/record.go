package lab

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"
	networkingclient "istio.io/client-go/pkg/clientset/versioned/typed/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"

	"github.com/kubectl-rio/kubectl-rio/test/invariant"
)

// Recording is every stored version of the objects that package invariant judges.
type Recording struct {
	streams []*stream
	group   *errgroup.Group
	stop    context.CancelFunc
	cancel  context.CancelCauseFunc
}

// Record begins to record what is in some namespaces, which need not exist yet, until
// Stop. Istio's kinds are left out of a cluster that does not know them now.
//
// A namespace is to be deleted after Stop only: its objects then go in any order.
func Record(ctx context.Context, k Kubectl, namespaces ...string) (*Recording, error) {
	kinds, err := recordedKinds(k)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	stopping, stop := context.WithCancel(ctx)
	r := &Recording{stop: stop, cancel: cancel}
	r.group, ctx = errgroup.WithContext(ctx)
	for _, namespace := range namespaces {
		for _, kind := range kinds {
			s := &stream{
				kind:   kind.client.APIVersion().WithKind(kind.name),
				source: cache.NewListWatchFromClient(kind.client, kind.resource, namespace, fields.Everything()),
				where:  fmt.Sprintf("%s in namespace %q", kind.resource, namespace),
			}
			switch err := s.begin(ctx); {
			case apierrors.IsNotFound(err): // the kind: a list in a namespace that is not there is empty
				continue
			case err != nil:
				cancel(err)
				return nil, err
			}
			r.streams = append(r.streams, s)
		}
	}
	for _, s := range r.streams {
		r.group.Go(func() error { return s.follow(ctx, stopping.Done()) })
	}
	return r, nil
}

// Stop waits until everything stored so far is recorded, and gives it. It fails when a
// version may be missing.
func (r *Recording) Stop(ctx context.Context) ([]invariant.Event, error) {
	defer r.cancel(nil)
	defer context.AfterFunc(ctx, func() { r.cancel(context.Cause(ctx)) })()
	r.stop()
	if err := r.group.Wait(); err != nil {
		return nil, err
	}
	var events []invariant.Event
	for _, s := range r.streams {
		events = append(events, s.events...)
	}
	return events, nil
}

// recordedKind is one that package invariant knows.
type recordedKind struct {
	name, resource string
	client         rest.Interface
}

func recordedKinds(k Kubectl) ([]recordedKind, error) {
	config, err := k.Config()
	if err != nil {
		return nil, err
	}
	http, err := rest.HTTPClientFor(config) // one connection for all
	if err != nil {
		return nil, err
	}
	kube, err := kubernetes.NewForConfigAndClient(config, http)
	if err != nil {
		return nil, err
	}
	network, err := networkingclient.NewForConfigAndClient(config, http)
	if err != nil {
		return nil, err
	}
	apps, core, discovery := kube.AppsV1(), kube.CoreV1(), kube.DiscoveryV1()
	return []recordedKind{
		{"Deployment", "deployments", apps.RESTClient()},
		{"StatefulSet", "statefulsets", apps.RESTClient()},
		{"DaemonSet", "daemonsets", apps.RESTClient()},
		{"Service", "services", core.RESTClient()},
		{"Pod", "pods", core.RESTClient()},
		{"EndpointSlice", "endpointslices", discovery.RESTClient()},
		{"VirtualService", "virtualservices", network.RESTClient()},
		{"DestinationRule", "destinationrules", network.RESTClient()},
	}, nil
}
