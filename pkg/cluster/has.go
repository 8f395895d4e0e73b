package cluster

import (
	"context"
	"fmt"

	rbacv1 "k8s.io/api/rbac/v1"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// HasStorageClass reports whether there is a class of that name, and that there is where one may not look.
func (c *Client) HasStorageClass(ctx context.Context, name string) (bool, error) {
	there, seen, err := c.has(ctx, "storageclass", storagev1.SchemeGroupVersion.WithResource("storageclasses"), "", name)
	return there || !seen, err
}

// HasRole reports whether there is a Role of that name, or without a namespace a ClusterRole; seen is
// false where one may not look.
func (c *Client) HasRole(ctx context.Context, namespace, name string) (there, seen bool, err error) {
	if namespace == "" {
		return c.has(ctx, "clusterrole", rbacv1.SchemeGroupVersion.WithResource("clusterroles"), "", name)
	}
	return c.has(ctx, "role", rbacv1.SchemeGroupVersion.WithResource("roles"), namespace, name)
}

func (c *Client) has(ctx context.Context, kind string, resource schema.GroupVersionResource, namespace, name string) (there, seen bool, err error) {
	_, err = c.metadata.Resource(resource).Namespace(namespace).Get(ctx, name, metav1.GetOptions{})
	switch {
	case apierrors.IsForbidden(err):
		return false, false, nil
	case apierrors.IsNotFound(err):
		return false, true, nil
	case err != nil:
		return false, true, c.Explain(fmt.Errorf("look for %s %q: %w", kind, name, err))
	}
	return true, true, nil
}
