package cluster

import (
	"context"

	"golang.org/x/sync/errgroup"
	istio "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
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
		lb, err := c.core.Services(SystemNamespace).Get(ctx, GatewayService, metav1.GetOptions{})
		if err == nil {
			e.Balancer.Items = []corev1.Service{*lb}
		}
		return c.settle(err, &e.Balancer.Denied)
	})
	group.Go(func() error {
		d, err := c.apps.Deployments(SystemNamespace).Get(ctx, GatewayService, metav1.GetOptions{})
		if err == nil {
			e.Deployment.Items = []appsv1.Deployment{*d}
		}
		return c.settle(err, &e.Deployment.Denied)
	})
	group.Go(func() (err error) {
		e.Pods, err = read(ctx, c, page(c.core.Pods(SystemNamespace).List), metav1.ListOptions{LabelSelector: rio.GatewayPods}, deref[corev1.Pod])
		return err
	})
	group.Go(func() (err error) {
		e.Gateways, err = read(ctx, c, c.network.gateways(""), metav1.ListOptions{}, same[*istio.Gateway])
		return err
	})
	group.Go(func() (err error) {
		e.Istiod, err = read(ctx, c, page(c.apps.Deployments("").List), metav1.ListOptions{LabelSelector: "app=istiod"}, deref[appsv1.Deployment])
		if err == nil && e.Istiod.Denied == nil && len(e.Istiod.Items) == 0 {
			e.IstiodServices, err = read(ctx, c, page(c.core.Services("").List), metav1.ListOptions{LabelSelector: "app=istiod"}, deref[corev1.Service])
		}
		return err
	})
	return e, group.Wait()
}
