package cluster

import (
	"cmp"
	"context"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/sets"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

const (
	// settling is how long a container that has died must run again until its pod counts: one
	// that dies again and again is ready in between.
	settling = 10 * time.Second
	// listing is how long the EndpointSlices of pods that are ready are waited for: their
	// controller may be behind.
	listing = 15 * time.Second
	// relapse is how long all pods that were ready may be so no more: a kubelet may write once
	// more what it knew of a pod before the probe's first answer:
	// https://github.com/kubernetes/kubernetes/pull/134746
	relapse = 5 * time.Second
)

// addresses are the ready pods of a revision.
type addresses struct {
	backends
	ready  int       // as they are themselves
	unsure int       // pods that stay and are not ready
	since  time.Time // when the newest of them became it
	steady time.Time // see steadyAt
}

// firsts are the first addresses of pods, by each that they have: a Service of two IP families lists a
// pod once for each, and Istio sends to both, or to the first alone where it is told that there are two.
type firsts map[string]string

func (f firsts) of(ips sets.Set[string]) sets.Set[string] {
	all := sets.Set[string]{}
	for ip := range ips {
		all.Insert(cmp.Or(f[ip], ip))
	}
	return all
}

// settledAddresses gives ready pods time to be listed, and to be ready again; and those of a
// staged revision of which a container has died time to die again.
func (c *Client) settledAddresses(ctx context.Context, ref rio.Ref) (addresses, error) {
	for begin := time.Now(); ; {
		have, err := c.readyAddresses(ctx, ref)
		if err != nil {
			return have, err
		}
		var wait time.Duration
		switch {
		case have.ready > 0 && len(have.ips) == 0 && time.Since(begin) < listing,
			have.ready == 0 && have.unsure > 0 && time.Since(begin) < relapse:
			wait = 100 * time.Millisecond
		case ref.Revision != rio.Latest && c.clock.now().Before(have.steady) && time.Since(begin) < settling: // the node's clock may be wrong
			wait = min(have.steady.Sub(c.clock.now()), settling)
		default:
			return have, nil
		}
		if err := pause(ctx, wait); err != nil {
			return have, err
		}
	}
}

func (c *Client) readyAddresses(ctx context.Context, ref rio.Ref) (addresses, error) {
	pods, err := c.Pods(ctx, ref)
	if err != nil {
		return addresses{}, err
	}
	have := addresses{steady: steadyAt(pods), backends: backends{sets.Set[string]{}, firsts{}}}
	for _, p := range pods {
		switch since, ready := rio.ReadySince(p); {
		case ready:
			for _, ip := range append(p.Status.PodIPs, corev1.PodIP{IP: p.Status.PodIP}) {
				have.firsts[ip.IP] = p.Status.PodIP
			}
			have.ready++
			have.since = lastOf(have.since, since, statusAt(p))
		case p.DeletionTimestamp == nil:
			have.unsure++
		}
	}
	list, err := c.discovery.EndpointSlices(ref.Namespace).List(ctx, metav1.ListOptions{
		LabelSelector: labels.Set{discoveryv1.LabelServiceName: ref.Service}.String(),
	})
	if err != nil {
		return addresses{}, c.Explain(err)
	}
	for _, slice := range list.Items {
		for _, e := range slice.Endpoints {
			if len(e.Addresses) == 0 || e.Conditions.Ready != nil && !*e.Conditions.Ready {
				continue
			}
			if first := have.firsts[e.Addresses[0]]; first != "" {
				have.ips.Insert(first)
			}
		}
	}
	return have, nil
}

// steadyAt is when all containers of ready pods that have died before will have run long
// enough; the zero time where none has.
func steadyAt(pods []corev1.Pod) time.Time {
	var at time.Time
	for _, p := range pods {
		for _, s := range p.Status.ContainerStatuses {
			if s.RestartCount == 0 || s.State.Running == nil || !rio.PodReady(p) {
				continue
			}
			at = lastOf(at, s.State.Running.StartedAt.Add(settling), statusAt(p).Add(settling))
		}
	}
	return at
}

// statusAt is when the API server last took a change of a pod's status. The times in it are by the clock of
// the pod's node, which may be behind, and from before its kubelet reported them.
func statusAt(p corev1.Pod) time.Time {
	var at time.Time
	for _, f := range p.ManagedFields {
		if f.Subresource == "status" && f.Time != nil {
			at = lastOf(at, f.Time.Time)
		}
	}
	return at
}

func lastOf(times ...time.Time) time.Time { return slices.MaxFunc(times, time.Time.Compare) }
