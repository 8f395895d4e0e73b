package cluster

import (
	"context"
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Foreign lists the names of a namespace's workloads of one kind that are no revisions.
func (c *Client) Foreign(ctx context.Context, kind, namespace string) ([]string, error) {
	lists := slices.DeleteFunc(c.usual(namespace), func(l objectList) bool { return l.kind != kind })
	objects, err := c.objects(ctx, "!"+rio.LabelManaged, lists)
	var names []string
	for _, o := range objects {
		names = append(names, o.GetName())
	}
	slices.Sort(names)
	return names, err
}
