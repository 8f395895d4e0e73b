package cluster

import (
	"context"

	"golang.org/x/sync/errgroup"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Entrance reads what stands between users and services. Nobody knocks at it yet.
func (c *Client) Entrance(ctx context.Context) (plan.Entrance, error) {
	var e plan.Entrance
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		e.Gateway, err = c.Gateway(ctx)
		return err
	})
	group.Go(func() error {
		return readOne(ctx, c, &e.Balancer, c.core.Services(SystemNamespace).Get, GatewayService)
	})
	group.Go(func() error {
		return readOne(ctx, c, &e.Deployment, c.apps.Deployments(SystemNamespace).Get, GatewayService)
	})
	group.Go(func() error {
		return read(ctx, c, &e.Pods, page(c.core.Pods(SystemNamespace).List), metav1.ListOptions{LabelSelector: rio.GatewayPods})
	})
	group.Go(func() error { return read(ctx, c, &e.Gateways, c.network.gateways(""), metav1.ListOptions{}) })
	group.Go(func() error {
		istiod := metav1.ListOptions{LabelSelector: "app=istiod"}
		err := read(ctx, c, &e.Istiod, page(c.apps.Deployments("").List), istiod)
		if err != nil || e.Istiod.Denied != nil || len(e.Istiod.Items) > 0 {
			return err
		}
		return read(ctx, c, &e.IstiodServices, page(c.core.Services("").List), istiod)
	})
	return e, group.Wait()
}
