package cluster

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	discoveryv1 "k8s.io/api/discovery/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// askEvery is the pause between two questions to one proxy; Envoy has nothing to watch.
const askEvery = 20 * time.Millisecond

// blindWait is how long a command waits for proxies that it cannot ask. Istio gathers
// changes for 100 ms and then pushes them, in well under a second in all:
// istio/pilot/pkg/features/tuning.go.
const blindWait = 3 * time.Second

// Confirmation says how a state of the gateways was made sure of.
type Confirmation struct {
	Asked int    // gateway pods that were asked and agreed
	Blind string // why none was asked and time was waited instead; empty otherwise
}

// String is the end of a progress line.
func (c Confirmation) String() string {
	if c.Blind != "" {
		return fmt.Sprintf("waited %s unseen: %s", blindWait, c.Blind)
	}
	return fmt.Sprintf("%d/%d serve it", c.Asked, c.Asked)
}

// ConfirmSplit waits until every ready gateway pod routes the service's public host by
// the weights it has now, and each staged revision's own host to it.
func (c *Client) ConfirmSplit(ctx context.Context, s rio.Service) (Confirmation, error) {
	want := publicSplits(s)
	return c.confirm(ctx, s, "the new split", func(ctx context.Context, e *envoy) (bool, error) {
		have, err := e.splits(ctx)
		for host, split := range want {
			if !maps.Equal(have[host], split) {
				return false, err
			}
		}
		return err == nil, err
	})
}

// publicSplits is where a gateway has to send the requests for each host of a service.
func publicSplits(s rio.Service) map[string]map[string]int {
	main := map[string]int{}
	want := map[string]map[string]int{s.Host(rio.Latest): main}
	for _, r := range s.Revisions {
		if r.Weight > 0 {
			main[r.Name] = r.Weight
		}
		if r.Name != rio.Latest {
			want[s.Host(r.Name)] = map[string]int{"": 100} // its own Service has no subsets
		}
	}
	return want
}

// ConfirmEndpoints waits until every ready gateway pod knows all ready pods of the
// revisions: a route may lead to them only then.
func (c *Client) ConfirmEndpoints(ctx context.Context, s rio.Service, revisions []string) (Confirmation, error) {
	addresses := map[string][]string{}
	for _, name := range revisions {
		ips, err := c.readyAddresses(ctx, s.Ref().Of(name))
		if err != nil {
			return Confirmation{}, err
		}
		if len(ips) == 0 {
			return Confirmation{}, NotReady("revision %q of %q has no ready pod, so it gets no traffic; see: kubectl rio ps -n %s %s:%s",
				name, s.Name, s.Namespace, s.Name, name)
		}
		addresses[name] = ips
	}
	return c.confirm(ctx, s, "the new pods", func(ctx context.Context, e *envoy) (bool, error) {
		for _, p := range s.Ports {
			for name, ips := range addresses {
				if !p.OnGateway() {
					continue
				}
				known, err := e.endpoints(ctx, fmt.Sprintf("outbound|%d|%s|%s.%s.svc.", p.Number, name, s.Name, s.Namespace))
				if err != nil {
					return false, err
				}
				for _, ip := range ips {
					if !known[ip] {
						return false, nil
					}
				}
			}
		}
		return true, nil
	})
}

// readyAddresses are the IPs of a revision's ready pods, as kube-proxy and Istio see them.
func (c *Client) readyAddresses(ctx context.Context, ref rio.Ref) ([]string, error) {
	pods, err := c.Pods(ctx, ref)
	if err != nil {
		return nil, err
	}
	own := map[string]bool{}
	for _, p := range pods {
		own[p.Status.PodIP] = ready(p)
	}
	slices, err := c.discovery.EndpointSlices(ref.Namespace).List(ctx, metav1.ListOptions{
		LabelSelector: labels.Set{discoveryv1.LabelServiceName: ref.Service}.String(),
	})
	if err != nil {
		return nil, c.explain(err)
	}
	var ips []string
	for _, slice := range slices.Items {
		for _, e := range slice.Endpoints {
			if (e.Conditions.Ready == nil || *e.Conditions.Ready) && len(e.Addresses) > 0 && own[e.Addresses[0]] {
				ips = append(ips, e.Addresses[0])
			}
		}
	}
	return ips, nil
}

// confirm asks every ready gateway pod of a published service until all say yes. What
// is not published, or cannot be asked, is given time instead, and the answer says so.
func (c *Client) confirm(ctx context.Context, s rio.Service, what string, agrees func(context.Context, *envoy) (bool, error)) (Confirmation, error) {
	if !s.Published() {
		return c.waitBlind(ctx, "the service is not on the gateway, and sidecars are not asked")
	}
	pods, err := c.gatewayPods(ctx, s.Gateway)
	switch {
	case apierrors.IsForbidden(err):
		return c.waitBlind(ctx, "no right to list the gateway's pods")
	case err != nil:
		return Confirmation{}, c.explain(err)
	case len(pods) == 0:
		return Confirmation{}, NotReady("gateway %q has no ready pod; see: kubectl get pods -n %s", s.Gateway, strings.Split(s.Gateway, "/")[0])
	}
	group, asking := errgroup.WithContext(ctx)
	for i := range pods {
		group.Go(func() error {
			e, err := c.dialEnvoy(asking, &pods[i])
			if err != nil {
				return err
			}
			defer e.close()
			return wait.PollUntilContextCancel(asking, askEvery, true, func(ctx context.Context) (bool, error) { return agrees(ctx, e) })
		})
	}
	switch err := group.Wait(); {
	case err == nil:
		return Confirmation{Asked: len(pods)}, nil
	case isForbiddenUpgrade(err):
		return c.waitBlind(ctx, "no right to port-forward to the gateway's pods")
	case ctx.Err() != nil:
		return Confirmation{}, NotReady("%d gateway pods do not all serve %s of %q in time; see: istioctl proxy-status", len(pods), what, s.Name)
	default:
		return Confirmation{}, err
	}
}

// isForbiddenUpgrade finds a refusal in what a failed upgrade says: it carries no status.
func isForbiddenUpgrade(err error) bool {
	return apierrors.IsForbidden(err) || strings.Contains(err.Error(), "orbidden")
}

func (c *Client) waitBlind(ctx context.Context, why string) (Confirmation, error) {
	select {
	case <-time.After(blindWait):
		return Confirmation{Blind: why}, nil
	case <-ctx.Done():
		return Confirmation{}, NotReady("%v while waiting for the proxies", ctx.Err())
	}
}
