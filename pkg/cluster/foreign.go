package cluster

import (
	"context"
	"slices"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/pager"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Foreign lists the names of a namespace's workloads of one kind that are no revisions.
func (c *Client) Foreign(ctx context.Context, kind, namespace string) ([]string, error) {
	list := map[string]pager.ListPageFunc{
		manifest.KindDeployment:  page(c.apps.Deployments(namespace).List),
		manifest.KindStatefulSet: page(c.apps.StatefulSets(namespace).List),
		manifest.KindDaemonSet:   page(c.apps.DaemonSets(namespace).List),
	}[kind]
	var names []string
	err := pager.New(list).EachListItem(ctx, metav1.ListOptions{LabelSelector: "!" + rio.LabelManaged}, func(o runtime.Object) error {
		m, err := meta.Accessor(o)
		if err == nil {
			names = append(names, m.GetName())
		}
		return err
	})
	slices.Sort(names)
	return names, c.explain(err)
}
