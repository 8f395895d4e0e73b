package cluster

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// ErrUnseen is why there are no figures of a service: its gateways cannot be asked. What
// the error says is the reason.
var ErrUnseen = errors.New("unseen")

func unseen(format string, args ...any) error {
	return Mark(fmt.Errorf(format, args...), ErrUnseen)
}

// Sample is what the gateway pods have counted of a service's requests, each since it
// started. Two of them make figures.
type Sample struct {
	service rio.Service
	pods    map[types.UID]counted
}

// counted is one pod's part.
type counted struct {
	at       time.Time
	restarts int32
	figures  map[string]rio.Figures // by revision
}

// Measure asks every ready gateway pod what it has counted of the service's requests, by
// revision. An answer takes a port-forward and some milliseconds; counts are of that
// moment, times may be as old as Envoy's stats_flush_interval (5 s, or what the pod
// annotation sidecar.istio.io/statsFlushInterval says).
func (c *Client) Measure(ctx context.Context, s rio.Service) (Sample, error) {
	gateway := s.AtGateway()
	if gateway == "" {
		return Sample{}, unseen("the service is not on the gateway, and sidecars are not asked")
	}
	pods, err := c.gatewayPods(ctx, gateway)
	switch {
	case apierrors.IsForbidden(err):
		return Sample{}, unseen("no right to list the gateway's pods")
	case err != nil:
		return Sample{}, c.Explain(err)
	case len(pods) == 0:
		return Sample{}, unseen("gateway %q has no ready pod", gateway)
	}
	answers := make([]counted, len(pods))
	group, asking := errgroup.WithContext(ctx)
	for i := range pods {
		group.Go(func() (err error) {
			answers[i], err = c.count(asking, &pods[i], s)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		switch {
		case isForbidden(err):
			return Sample{}, unseen("no right to port-forward to the gateway's pods")
		case isStreamless(err):
			return Sample{}, unseen("%v", err)
		}
		return Sample{}, err
	}
	sample := Sample{s, map[types.UID]counted{}}
	for i, pod := range pods {
		sample.pods[pod.UID] = answers[i]
	}
	return sample, nil
}

func (c *Client) count(ctx context.Context, pod *corev1.Pod, s rio.Service) (counted, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	e, err := c.dialEnvoy(ctx, pod)
	if err != nil {
		return counted{}, fmt.Errorf("reach gateway pod %q: %w", pod.Name, err)
	}
	defer e.close()
	figures, err := e.figures(ctx, s)
	n := counted{at: time.Now(), figures: figures}
	for _, status := range pod.Status.ContainerStatuses {
		n.restarts += status.RestartCount
	}
	return n, err
}

// Since is what happened between two samples, by revision, those without a request
// included. A pod that restarted counts from its restart; one that the earlier sample
// does not know is left out, for nobody knows since when it counts. So look often, and
// put the windows together with Figures.Then.
func (s Sample) Since(earlier Sample) map[string]rio.Figures {
	sum := map[string]rio.Figures{}
	for _, r := range s.service.Revisions {
		sum[r.Name] = rio.Figures{}
	}
	for uid, now := range s.pods {
		then, ok := earlier.pods[uid]
		if !ok {
			continue
		}
		for name := range sum {
			since := now.figures[name]
			if now.restarts == then.restarts {
				since = since.Sub(then.figures[name])
			}
			since.Window = now.at.Sub(then.at)
			sum[name] = sum[name].Add(since)
		}
	}
	return sum
}
