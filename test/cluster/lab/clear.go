package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
)

// acting are the kinds whose objects take the machine's time, or are met by other tests: routes
// first, then what they lead to.
var acting = []schema.GroupVersionResource{
	{Group: "networking.istio.io", Version: "v1", Resource: "virtualservices"},
	{Group: "networking.istio.io", Version: "v1", Resource: "destinationrules"},
	{Group: "networking.istio.io", Version: "v1", Resource: "gateways"},
	{Version: "v1", Resource: "services"},
	{Group: "autoscaling", Version: "v2", Resource: "horizontalpodautoscalers"},
	{Group: "apps", Version: "v1", Resource: "deployments"},
	{Group: "apps", Version: "v1", Resource: "statefulsets"},
	{Group: "apps", Version: "v1", Resource: "daemonsets"},
	{Version: "v1", Resource: "pods"},
	{Version: "v1", Resource: "persistentvolumeclaims"},
}

var namespaces = schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}

// nobodys selects pods that no workload made. Others go with theirs; deleted before it is
// seen to be gone, they would be replaced.
const nobodys = "!pod-template-hash,!controller-revision-hash"

// mostCleared is how many namespaces are left for the end; those of a long test that come
// after go at once.
const mostCleared = 100

// cleared are the namespaces that DeleteCleared deletes.
var cleared struct {
	sync.Mutex
	names []string
}

// Clear removes namespaces that a test made, or may have made, and has no more use for. On the
// sandbox what acts in them goes at once, and they themselves with DeleteCleared: Kubernetes
// asks for every kind there is, twice, before a namespace is gone, while other tests need the
// processors. On a cluster of somebody's they go now, for a test that is killed is to leave none.
func (k Kubectl) Clear(ctx context.Context, names ...string) error {
	if !Sandbox() {
		return k.DeleteNamespaces(ctx, names...)
	}
	config, err := k.Config()
	if err != nil {
		return err
	}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	var failed error
	for _, name := range names {
		_, err := client.Resource(namespaces).Get(ctx, name, metav1.GetOptions{})
		switch {
		case apierrors.IsNotFound(err):
		case leave(name):
			failed = errors.Join(failed, err, empty(ctx, client, name))
		default:
			failed = errors.Join(failed, k.DeleteNamespaces(ctx, name))
		}
	}
	return failed
}

// leave notes a namespace for DeleteCleared, unless there are too many.
func leave(name string) bool {
	cleared.Lock()
	defer cleared.Unlock()
	if len(cleared.names) >= mostCleared {
		return false
	}
	cleared.names = append(cleared.names, name)
	return true
}

func empty(ctx context.Context, client dynamic.Interface, namespace string) error {
	var failed error
	for _, kind := range acting {
		var which metav1.ListOptions
		if kind.Resource == "pods" {
			which.LabelSelector = nobodys
		}
		background := metav1.DeletePropagationBackground
		err := client.Resource(kind).Namespace(namespace).DeleteCollection(ctx, metav1.DeleteOptions{PropagationPolicy: &background}, which)
		if err != nil && !apierrors.IsNotFound(err) { // a kind that the cluster does not have
			failed = errors.Join(failed, fmt.Errorf("delete the %s in namespace %q: %w", kind.Resource, namespace, err))
		}
	}
	return failed
}

// DeleteCleared deletes what Clear has left. It is for the end of a package, whatever became
// of its tests, and does not wait for the namespaces' end.
func DeleteCleared() error {
	cleared.Lock()
	defer cleared.Unlock()
	names := cleared.names
	if cleared.names = nil; len(names) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return Kubectl{Kubeconfig: os.Getenv("KUBECONFIG")}.DeleteNamespaces(ctx, names...)
}
