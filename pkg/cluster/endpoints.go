package cluster

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/util/sets"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// ConfirmEndpoints waits until every ready gateway pod knows all ready pods of the
// revisions: a route may lead to them only then.
func (c *Client) ConfirmEndpoints(ctx context.Context, s rio.Service, revisions []string) (Confirmation, error) {
	done, since, err := c.confirmEndpoints(ctx, s, revisions, sets.Set[string].IsSuperset, func(name string) error {
		ref := s.Ref().Of(name)
		remedy := fmt.Sprintf("see: kubectl rio ps -n %s %s", s.Namespace, ref)
		if rev, ok := s.Revision(name); ok {
			remedy = cmp.Or(startOne(ref, *rev), remedy)
		}
		return NotReady("revision %q of %q has no ready pod, so it gets no traffic; %s", name, s.Name, remedy)
	})
	if err != nil {
		return done, err
	}
	return done, c.reachWorkers(ctx, done, since)
}

// ConfirmRolled is ConfirmEndpoints of revisions whose pods were replaced: the gateways send
// nothing to those of before any more, either. A revision may have no pods at all.
func (c *Client) ConfirmRolled(ctx context.Context, s rio.Service, revisions []string) (Confirmation, error) {
	done, _, err := c.confirmEndpoints(ctx, s, revisions, sets.Set[string].Equal, nil)
	if err != nil {
		return done, err
	}
	return done, c.reachWorkers(ctx, done, c.clock.now())
}

// confirmEndpoints also says when the newest of the pods became ready.
func (c *Client) confirmEndpoints(ctx context.Context, s rio.Service, revisions []string, enough func(known, ready sets.Set[string]) bool, none func(revision string) error) (done Confirmation, since time.Time, err error) {
	about := c.subjectOf(s)
	about.wanted = nil // the split is written when the pods are known
	done, err = c.confirm(ctx, about, "the new pods", func(ctx context.Context) (question, error) {
		ready, newest, err := c.endpoints(ctx, s, revisions, none)
		since = newest
		return func(ctx context.Context, e *envoy) (bool, error) { return e.knows(ctx, ready, enough) }, err
	})
	return done, since, err
}

// ConfirmKnown is ConfirmEndpoints for a revision of another tool, which may have no pod, and
// whose callers inside the mesh are to know it, too: that takes time.
func (c *Client) ConfirmKnown(ctx context.Context, s rio.Service, revision string) (Confirmation, error) {
	if s.AtGateway() != "" {
		if have, err := c.readyAddresses(ctx, s.Ref().Of(revision)); err != nil || have.ready > 0 {
			if _, err := c.ConfirmEndpoints(ctx, s, []string{revision}); err != nil {
				return Confirmation{}, err
			}
		}
	}
	return c.waitBlind(ctx, "sidecars are not asked")
}

// endpoints are the addresses of the ready pods of revisions, by the clusters that a gateway
// has for them, as they are now, and when the newest became ready. none, if there is
// one, says what it means to have none.
func (c *Client) endpoints(ctx context.Context, s rio.Service, revisions []string, none func(revision string) error) (ready map[string]backends, since time.Time, err error) {
	ready = map[string]backends{}
	for _, name := range revisions {
		have, err := c.settledAddresses(ctx, s.Ref().Of(name))
		if err == nil && len(have.ips) == 0 && none != nil {
			err = none(name)
		}
		if err != nil {
			return nil, since, err
		}
		if have.since.After(since) {
			since = have.since
		}
		closed := plan.Closed(s, name) // an undo may lead to pods that lack a port
		for _, p := range s.Ports {
			if (p.OnGateway() || p.HTTP() && s.AtGateway() != "") && !slices.Contains(closed, p) { // the gateway's own, or that of a route
				ready[fmt.Sprintf("outbound|%d|%s|%s.%s.svc.", p.Number, name, s.Name, s.Namespace)] = have.backends
			}
		}
	}
	return ready, since, nil
}
