package cluster

import (
	"context"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
)

// approaches are connections to gateway pods that were begun before it was known what to ask there.
type approaches struct {
	begun sync.Map // by the pod's UID, a chan *envoy, which gives one or is closed
}

// Approach begins to connect to the gateway's pods, while a command reads what it will ask them. Each of
// these connections is used once; what goes wrong here is said where it is asked again.
func (c *Client) Approach(ctx context.Context) {
	go func() {
		pods, _ := c.gatewayPods(ctx, SystemNamespace)
		for i := range pods {
			dialled := make(chan *envoy, 1)
			c.approaches.begun.Store(pods[i].UID, dialled)
			go func() {
				defer close(dialled)
				if e, err := c.dialEnvoy(ctx, &pods[i]); err == nil {
					dialled <- e
				}
			}()
		}
	}()
}

// envoyOf is the connection that Approach began, or a new one.
func (c *Client) envoyOf(ctx context.Context, pod *corev1.Pod) (*envoy, error) {
	if e := c.approaches.take(ctx, pod.UID); e != nil {
		return e, nil
	}
	return c.dialEnvoy(ctx, pod)
}

// take waits for a connection that was begun; one that comes too late is not waited for again.
func (a *approaches) take(ctx context.Context, pod types.UID) *envoy {
	dialled, begun := a.begun.LoadAndDelete(pod)
	if !begun {
		return nil
	}
	select {
	case e := <-dialled.(chan *envoy):
		return e
	case <-ctx.Done():
		return nil
	}
}
