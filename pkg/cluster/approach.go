package cluster

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
)

// approach are connections to gateway pods that were begun before it was known what to ask there.
type approach struct {
	begun  map[types.UID]chan *envoy // complete when listed is closed; each gives one, once it is there, and is closed
	listed chan struct{}
}

// Approach begins to connect to the gateway's pods, while a command reads what it will ask them. Each of
// these connections is used once; what goes wrong here is said where it is asked again.
func (c *Client) Approach(ctx context.Context) {
	a := &approach{begun: map[types.UID]chan *envoy{}, listed: make(chan struct{})}
	c.approach = a
	go func() {
		pods, _ := c.gatewayPods(ctx, SystemNamespace)
		for i := range pods {
			dialled := make(chan *envoy, 1)
			a.begun[pods[i].UID] = dialled
			go func() {
				defer close(dialled)
				if e, err := c.dialEnvoy(ctx, &pods[i]); err == nil {
					dialled <- e
				}
			}()
		}
		close(a.listed)
	}()
}

// envoyOf is the connection that Approach began, or a new one.
func (c *Client) envoyOf(ctx context.Context, pod *corev1.Pod) (*envoy, error) {
	if e := c.approach.take(ctx, pod.UID); e != nil {
		return e, nil
	}
	return c.dialEnvoy(ctx, pod)
}

func (a *approach) take(ctx context.Context, pod types.UID) *envoy {
	if a == nil {
		return nil
	}
	select {
	case <-a.listed:
	case <-ctx.Done():
		return nil
	}
	dialled, begun := a.begun[pod]
	if !begun {
		return nil
	}
	select {
	case e := <-dialled:
		return e
	case <-ctx.Done():
		return nil
	}
}
