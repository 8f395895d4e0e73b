package cluster

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// ConfirmGone waits until no ready gateway pod serves a host of the service any more.
func (c *Client) ConfirmGone(ctx context.Context, s rio.Service) (Confirmation, error) {
	var hosts []string
	for _, r := range s.Revisions {
		hosts = append(hosts, s.Host(r.Name))
	}
	return c.confirm(ctx, subject{"service", s.Name, s.Gateway, nil}, "the end of the routes", func(context.Context) (question, error) {
		return func(ctx context.Context, e *envoy) (bool, error) {
			have, err := e.splits(ctx)
			return err == nil && !slices.ContainsFunc(hosts, func(host string) bool { return len(have[host]) > 0 }), err
		}, nil
	})
}

// ConfirmPlain waits until a sample of the sidecars that may call the service lead to its
// Service as a whole, so that what told its revisions apart can go. Connections of tcp are
// not asked about but given time.
func (c *Client) ConfirmPlain(ctx context.Context, s rio.Service) (Confirmation, error) {
	if streamed(s) {
		return c.waitBlind(ctx, unaskedStreams)
	}
	return c.confirmMesh(ctx, s.Namespace, fmt.Sprintf("the end of the routes of %q", s.Name), nil, func(have map[string][]split) bool {
		return leadsPlainly(have, s.Ref())
	})
}

// leadsPlainly reports whether a sidecar tells no revisions of a service apart.
func leadsPlainly(have map[string][]split, ref rio.Ref) bool {
	for host, listeners := range have {
		if !strings.HasPrefix(host, ref.Service+"."+ref.Namespace+".svc.") {
			continue
		}
		for _, l := range listeners {
			for subset := range l.shares {
				if subset != "" {
					return false
				}
			}
		}
	}
	return true
}
