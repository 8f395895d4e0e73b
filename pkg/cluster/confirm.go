package cluster

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/util/sets"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Confirmation says how a state of the gateways was made sure of.
type Confirmation struct {
	Asked int    // pods that were asked and agreed
	Of    int    // how many there are, where only a sample was asked; 0 otherwise
	Blind string // why none was asked and time was waited instead; empty otherwise
}

// String is the end of a progress line.
func (c Confirmation) String() string {
	if c.Blind != "" {
		return fmt.Sprintf("waited %s unseen: %s", blindWait, c.Blind)
	}
	if c.Of > c.Asked {
		return fmt.Sprintf("%d/%d serve it, of %d", c.Asked, c.Asked, c.Of)
	}
	return fmt.Sprintf("%d/%d serve it", c.Asked, c.Asked)
}

// ConfirmSplit waits until every ready gateway pod routes the service's public host by
// the weights it has now, and each staged revision's own host to it; and knows the ready pods
// of the fresh ones, which nobody asked it for before, and none that went.
func (c *Client) ConfirmSplit(ctx context.Context, s rio.Service, fresh ...string) (Confirmation, error) {
	looks := 0
	done, err := c.confirm(ctx, c.subjectOf(s), "the new split", func(ctx context.Context) (question, error) {
		if looks++; looks > 2 { // it takes long: perhaps others have changed what is beside the weights
			s = c.anew(ctx, s)
		}
		want, streams := publicSplits(s), publicStreams(s)
		ready, _, err := c.endpoints(ctx, s, fresh, nil)
		return func(ctx context.Context, e *envoy) (bool, error) {
			if known, err := e.knows(ctx, ready, sets.Set[string].Equal); !known || err != nil {
				return false, err
			}
			have, err := e.splits(ctx)
			ok := err == nil && serves(have, want)
			for _, set := range s.Routes {
				ok = ok && servesRoutes(have, set.Follow(s))
			}
			if !ok || len(streams) == 0 {
				return ok, err
			}
			flowing, err := e.streams(ctx)
			return err == nil && flows(flowing, streams), err
		}, err
	})
	if err != nil || len(fresh) == 0 {
		return done, err
	}
	return done, c.reachWorkers(ctx, done, c.clock.now())
}

// anew is what gateways come to serve of a service by now.
func (c *Client) anew(ctx context.Context, s rio.Service) rio.Service {
	if now, err := c.Load(ctx, s.Ref()); err == nil {
		return plan.Earlier(now.Service)
	}
	return s
}

// serves reports whether each host is split as wanted, on every port that it is served on.
// Which port has which of the narrower routes is in their names.
func serves(have map[string][]split, want map[string]split) bool {
	for host, wanted := range want {
		var named []string
		for _, s := range have[host] {
			if !maps.Equal(s.shares, wanted.shares) {
				return false
			}
			named = append(named, s.named...)
		}
		slices.Sort(named)
		if len(have[host]) == 0 || !slices.Equal(named, wanted.named) {
			return false
		}
	}
	return true
}

// publicSplits is where a gateway has to send the requests for each host of a service.
func publicSplits(s rio.Service) map[string]split {
	want := map[string]split{}
	if s.Domain == "" || !slices.ContainsFunc(s.Ports, func(p rio.Port) bool { return p.HTTP() && p.OnGateway() }) {
		return want
	}
	for _, r := range s.Revisions {
		if r.Name != rio.Latest {
			want[s.Host(r.Name)] = split{shares: map[string]int{"": 100}} // its own Service has no subsets
		}
	}
	want[s.Host(rio.Latest)] = split{shares: s.Shares(), named: manifest.GatewayRoutes(s)}
	for _, name := range s.Unhosted {
		delete(want, s.Host(name))
	}
	return want
}
