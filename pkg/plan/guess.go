package plan

import (
	"fmt"
	"maps"
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// guessProtocols gives a published port that has no protocol the one for which the gateway listens
// on it, http or tcp: docker-compose's "80:8080" says no more, and means that.
func guessProtocols(r spec.Revision, gw Gateway) spec.Revision {
	guess := func(ports []spec.Port) []spec.Port {
		ports = slices.Clone(ports)
		for i, p := range ports {
			open := gw.listensAt(p)
			switch {
			case p.Protocol != "" || open < 0:
			case gw.Ports[open].HTTP():
				ports[i].Protocol = "http"
			default:
				ports[i].Protocol = "tcp"
			}
		}
		return ports
	}
	r.Ports, r.Sidekicks = guess(r.Ports), maps.Clone(r.Sidekicks)
	for name, s := range r.Sidekicks {
		s.Ports = guess(s.Ports)
		r.Sidekicks[name] = s
	}
	return r
}

// listensAt is the place among its ports of the one for http or tcp that a port is to be at; -1 without.
func (gw Gateway) listensAt(p spec.Port) int {
	return slices.IndexFunc(gw.Ports, func(q rio.Port) bool { return q.Number == p.Port && !q.TLS() })
}

// mayGuess refuses a port of which neither the file nor the gateway says what it speaks. Most that are
// published speak HTTP, so that is what the gateway is to be opened for first.
func (gw Gateway) mayGuess(r spec.Revision) error {
	if gw.Name == "" || gw.Domain == "" { // which comes first
		return nil
	}
	for _, p := range published(r) {
		if p.Protocol != "" || p.Port == 0 || p.Port == p.TargetPort || gw.listensAt(p) >= 0 {
			continue
		}
		if err := gw.mustBeOpen(asHTTP(p)); err != nil {
			return fmt.Errorf("%w; where it is not HTTP, with %d/tcp in place of %d/http", err, p.Port, p.Port)
		}
	}
	return nil
}

// Lacks are the ports that revisions publish at the gateway and it does not have for any protocol, one of
// each number.
func (gw Gateway) Lacks(revisions []spec.Revision) []rio.Port {
	var all []rio.Port
	for _, r := range revisions {
		for _, p := range published(guessProtocols(r, gw)) {
			port := asHTTP(p)
			if p.Protocol != "" || p.Port == 0 || p.Port == p.TargetPort {
				s, err := p.Spec(true)
				if err != nil { // which is said of the service
					continue
				}
				port = s.Port
			}
			same := func(q rio.Port) bool { return q.Number == port.Number }
			if port.OnGateway() && !slices.ContainsFunc(gw.Ports, same) && !slices.ContainsFunc(all, same) {
				all = append(all, port)
			}
		}
	}
	return all
}

func asHTTP(p spec.Port) rio.Port { return rio.Port{Number: p.Port, Protocol: "http", Publish: true} }

// published are the ports of all containers of a revision that are reached from outside.
func published(r spec.Revision) []spec.Port {
	all := slices.Clone(r.Ports)
	for _, name := range slices.Sorted(maps.Keys(r.Sidekicks)) {
		all = append(all, r.Sidekicks[name].Ports...)
	}
	return all
}
