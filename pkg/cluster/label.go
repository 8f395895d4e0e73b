package cluster

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Workload reads one workload as it is. One that is not there is an error.
func (c *Client) Workload(ctx context.Context, kind string, name rio.Name) (manifest.Object, error) {
	k, err := c.kindNamed(kind)
	if err != nil {
		return nil, err
	}
	o, err := k.get(ctx, kind, name.Namespace, name.Name)
	if err != nil {
		return nil, c.Explain(fmt.Errorf("look for %s %q: %w", singular(k), name.Name, err))
	}
	return o, nil
}

// Services lists those of a namespace, whoever made them.
func (c *Client) Services(ctx context.Context, namespace string) ([]corev1.Service, error) {
	list, err := c.core.Services(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, c.Explain(fmt.Errorf("list the services of namespace %q: %w", namespace, err))
	}
	for i := range list.Items {
		list.Items[i].SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind(manifest.KindService))
	}
	return list.Items, nil
}

// label writes labels and annotations of an object that need not be ours, and nothing else of
// it. An object that is another one by now is not touched.
func (c *Client) label(ctx context.Context, k kind, change plan.Change, opts WriteOptions) (manifest.Object, error) {
	body, err := manifest.LabelPatch(change.Before, change.After)
	if err != nil {
		return nil, err
	}
	return c.write(ctx, "label", k, change.Object(), k.client.Patch(types.MergePatchType).Body(body), opts)
}
