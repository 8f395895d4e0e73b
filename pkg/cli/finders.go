package cli

import (
	"context"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// finders look for one type of thing. A name that cannot be one of it is none.
var finders = map[string]func(ctx context.Context, client *cluster.Client, arg, namespace string) (*thing, error){
	typeService: findService,
	typeRoute:   findRoute,
	typeStack:   findStack,
	typeConfig:  findKind(rio.KindConfigMap),
	typeSecret:  findKind(rio.KindSecret),
	typeVolume:  findVolume,
	typePod:     findPod,
	typeNode:    findNode,
}

func findService(ctx context.Context, client *cluster.Client, arg, namespace string) (*thing, error) {
	ref, err := rio.ParseRef(arg, namespace)
	if err != nil {
		return nil, nil //nolint:nilerr // what cannot be such a name is not found
	}
	ref, snap, err := loadNamed(ctx, client, arg, ref)
	if err != nil {
		return nil, err
	}
	if !snap.Service.Exists() {
		return nil, nil
	}
	if _, ok := snap.Service.Revision(ref.RevisionName()); !ok {
		return nil, rio.NoSuchRevision(snap.Service, ref.RevisionName())
	}
	return &thing{ref: ref}, nil
}

// loadNamed reads the service that a name means: that of an ID where none here has the name.
func loadNamed(ctx context.Context, client *cluster.Client, arg string, ref rio.Ref) (rio.Ref, cluster.Snapshot, error) {
	snap, err := client.Load(ctx, ref)
	if id, ok := ref.AsID(); ok && err == nil && !snap.Service.Exists() && !strings.Contains(arg, "/") {
		ref = id
		snap, err = client.Load(ctx, id)
	}
	return ref, snap, err
}

// expected is the service that a name means which need not be there: that of an ID where there
// is such a stack, and none here has the name.
func expected(ctx context.Context, client *cluster.Client, arg string, ref rio.Ref) (rio.Ref, error) {
	id, snap, err := loadNamed(ctx, client, arg, ref)
	switch {
	case id == ref || apierrors.IsForbidden(err):
		return ref, nil // whoever waits or watches is told what may not be seen
	case err != nil || snap.Service.Exists():
		return id, err
	}
	there, err := findStack(ctx, client, id.Namespace, "")
	if there == nil {
		id = ref
	}
	return id, err
}

// findRoute takes HOST[.STACK], as route add does, and [STACK/]HOST.
func findRoute(ctx context.Context, client *cluster.Client, arg, namespace string) (*thing, error) {
	ref, match, err := rio.ParseRouteURL(arg, namespace)
	if err != nil || match.Path != nil {
		ref, err = rio.ParseRef(arg, namespace)
	}
	if err != nil || ref.Revision != "" {
		return nil, nil //nolint:nilerr // what cannot be such a name is not found
	}
	have, err := client.LoadRoutes(ctx, ref)
	if err != nil || !have.Set.Exists() {
		return nil, err
	}
	return &thing{ref: ref}, nil
}

// findStack takes STACK/, and STACK alone where there is such a namespace.
func findStack(ctx context.Context, client *cluster.Client, arg, _ string) (*thing, error) {
	name, err := rio.ParseStack(arg)
	if err != nil {
		return nil, nil //nolint:nilerr // what cannot be such a name is not found
	}
	live, _, err := client.Stack(ctx, name)
	if apierrors.IsForbidden(err) && !strings.HasSuffix(arg, "/") {
		return nil, nil // for who may edit one namespace, a name means what is in it
	}
	if err != nil || live == nil {
		return nil, err
	}
	return &thing{ref: rio.Ref{Namespace: name}}, nil
}

func findKind(kind string) func(context.Context, *cluster.Client, string, string) (*thing, error) {
	return func(ctx context.Context, client *cluster.Client, arg, namespace string) (*thing, error) {
		name, err := rio.ParseName(arg, namespace)
		if err != nil {
			return nil, nil //nolint:nilerr // what cannot be such a name is not found
		}
		live, _, err := client.Get(ctx, kind, name)
		if err != nil || live == nil {
			return nil, err
		}
		return &thing{ref: rio.Ref{Namespace: name.Namespace, Service: name.Name}}, nil
	}
}

func findVolume(ctx context.Context, client *cluster.Client, arg, namespace string) (*thing, error) {
	name, err := rio.ParseName(arg, namespace)
	if err != nil {
		return nil, nil //nolint:nilerr // what cannot be such a name is not found
	}
	live, err := client.Volume(ctx, &rio.Volume{Namespace: name.Namespace, Name: name.Name})
	if err != nil || live == nil {
		return nil, err
	}
	return &thing{ref: rio.Ref{Namespace: name.Namespace, Service: name.Name}}, nil
}

// findPod takes SERVICE/SUFFIX, as ps -c shows it, and the pod's own name.
func findPod(ctx context.Context, client *cluster.Client, arg, namespace string) (*thing, error) {
	if named, err := rio.ParsePodRef(arg, namespace); err == nil && named.Suffix != "" {
		pod, err := client.Pod(ctx, named)
		if err != nil {
			return foundOrNot(rio.Ref{}, err)
		}
		return &thing{ref: rio.Ref{Namespace: pod.Namespace, Service: pod.Name}}, nil
	}
	ref := rio.Ref{Namespace: namespace, Service: arg}
	if strings.ContainsAny(ref.Service, "/:") {
		return nil, nil
	}
	_, err := client.Core().Pods(ref.Namespace).Get(ctx, ref.Service, metav1.GetOptions{})
	return foundOrNot(ref, err)
}

func findNode(ctx context.Context, client *cluster.Client, arg, _ string) (*thing, error) {
	if strings.ContainsAny(arg, "/:") {
		return nil, nil
	}
	_, err := client.Core().Nodes().Get(ctx, arg, metav1.GetOptions{})
	return foundOrNot(rio.Ref{Service: arg}, err)
}

// foundOrNot passes over what is not there, and what may not be seen.
func foundOrNot(ref rio.Ref, err error) (*thing, error) {
	switch {
	case apierrors.IsNotFound(err), apierrors.IsForbidden(err), apierrors.IsInvalid(err):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &thing{ref: ref}, nil
}
