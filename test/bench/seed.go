package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
)

// seedling is the service that the others are copies of, without a pod, like them.
const seedling = "seedling"

// kinds are those of which a service consists.
var kinds = []schema.GroupVersionResource{
	{Group: "apps", Version: "v1", Resource: "deployments"},
	{Version: "v1", Resource: "services"},
	{Group: "networking.istio.io", Version: "v1", Resource: "destinationrules"},
	{Group: "networking.istio.io", Version: "v1", Resource: "virtualservices"},
}

// seeds makes services of two revisions each, by the hundred in a namespace.
type seeds struct {
	kubectl lab.Kubectl
	client  dynamic.Interface
	models  map[schema.GroupVersionResource][]string // JSON
	made    int
}

const perNamespace = 100

func newSeeds(ctx context.Context, b *bench) (*seeds, error) {
	for _, args := range [][]string{
		{"create", "--name", seedling, "-p", "80/http", "nginx"},
		{"stage", "--image", "httpd", "--scale", "0", seedling + ":v2"},
	} {
		if _, err := b.Run(ctx, append([]string{"rio"}, args...)...); err != nil {
			return nil, err
		}
	}
	config, err := b.Config()
	if err != nil {
		return nil, err
	}
	s := &seeds{kubectl: b.Kubectl, models: map[schema.GroupVersionResource][]string{}}
	if s.client, err = dynamic.NewForConfig(config); err != nil {
		return nil, err
	}
	for _, kind := range kinds {
		found, err := s.client.Resource(kind).Namespace(b.Namespace).List(ctx, metav1.ListOptions{LabelSelector: "rio.cattle.io/service=" + seedling})
		if err != nil {
			return nil, err
		}
		for _, o := range found.Items {
			for _, server := range [][]string{{"status"}, {"spec", "clusterIPs"}} {
				unstructured.RemoveNestedField(o.Object, server...)
			}
			for _, server := range []string{"uid", "resourceVersion", "creationTimestamp", "generation", "managedFields"} {
				unstructured.RemoveNestedField(o.Object, "metadata", server)
			}
			if kind.Resource == "services" { // thousands of addresses are slow to give, and nobody calls there
				if err := unstructured.SetNestedField(o.Object, "None", "spec", "clusterIP"); err != nil {
					return nil, err
				}
			}
			model, err := json.Marshal(o.Object)
			if err != nil {
				return nil, err
			}
			s.models[kind] = append(s.models[kind], string(model))
		}
	}
	return s, nil
}

// grow makes services until there are so many. The controllers, which may write 20 times a second, are
// busy with thousands for a while yet: with some writes beside them lists are measured as they are.
func (s *seeds) grow(ctx context.Context, many int) error {
	group, creating := errgroup.WithContext(ctx)
	group.SetLimit(16)
	for ; s.made < many; s.made++ {
		in, name := s.namespaceOf(s.made), fmt.Sprintf("s%d", s.made)
		if s.made%perNamespace == 0 {
			if err := s.create(creating, schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}, "", `{"metadata":{"name":"`+in+`"}}`); err != nil {
				return errors.Join(group.Wait(), err)
			}
		}
		for kind, models := range s.models {
			for _, model := range models {
				model = strings.NewReplacer(seedling, name, s.kubectl.Namespace, in).Replace(model)
				group.Go(func() error { return s.create(creating, kind, in, model) })
			}
		}
	}
	return group.Wait()
}

func (s *seeds) namespaceOf(n int) string {
	return fmt.Sprintf("%s-%d", s.kubectl.Namespace, n/perNamespace)
}

func (s *seeds) create(ctx context.Context, kind schema.GroupVersionResource, in, object string) error {
	var o unstructured.Unstructured
	if err := json.Unmarshal([]byte(object), &o.Object); err != nil {
		return err
	}
	if _, err := s.client.Resource(kind).Namespace(in).Create(ctx, &o, metav1.CreateOptions{FieldManager: "kubectl-rio"}); err != nil {
		return fmt.Errorf("make %s %q in %q: %w", kind.Resource, o.GetName(), in, err)
	}
	return nil
}
