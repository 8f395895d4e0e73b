package plan

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// inside reports whether a way begins in the mesh: nothing of the entrance is its business.
func (p Path) inside() bool { return p.host() == "" }

// ours reports whether the service is on the gateway that the chart made.
func (p Path) ours() bool {
	return !p.inside() && (p.Service.Gateway == p.Entrance.Gateway.Name || p.Entrance.Gateway.Name == "")
}

func lookupRule(p Path) []rio.Finding {
	if p.inside() {
		return nil
	}
	found, now := p.Entrance.lookup(p.URL()), p.Entrance.Gateway.Domain
	if len(found) == 0 || !p.ours() || now == "" || now == p.Service.Domain || p.Entrance.found() {
		return found
	}
	old := underOld(p.Service.Domain, now, p.Service.Ref().In("")) // of which nobody makes the record any more
	old.Level = found[0].Level
	return []rio.Finding{old}
}

// lookup judges what the name in a URL leads to.
func (e Entrance) lookup(url string, port int32) []rio.Finding {
	l := e.Lookup
	if l == nil {
		return nil
	}
	at := e.Addresses()
	// *.DOMAIN is for names of any depth, NAME.STACK.DOMAIN too: https://www.rfc-editor.org/rfc/rfc4592#section-2.2.1
	c := rio.Case{"host": l.Host, "domain": l.domain(), "error": l.Error, "found": strings.Join(l.Addresses, ", "), "port": fmt.Sprint(port),
		"address": cmp.Or(strings.Join(at, ", "), "ADDRESS"), "url": url}
	switch {
	case l.Error != "" && strings.HasSuffix(l.Host, ".nip.io"):
		if ways := append(e.open(), e.Ways(port)...); len(ways) > 0 {
			c["address"] = ways[0].Address // curl takes one
		}
		f := rio.TroubleNipIO.Found(c)
		if strings.HasPrefix(url, "tcp:") { // which curl does not speak
			f.Fix = fmt.Sprintf("connect to %s, port %d", c["address"], port)
		}
		return []rio.Finding{f}
	case l.Error != "" && slices.ContainsFunc(at, func(name string) bool { return strings.HasSuffix(l.Host, "."+name) }):
		return []rio.Finding{rio.TroubleDNSBalancer.Found(c)}
	case l.Error != "":
		return []rio.Finding{rio.TroubleDNS.Found(c)}
	case !slices.ContainsFunc(at, isName) && len(at) > 0 && !slices.ContainsFunc(l.Addresses, func(a string) bool { return slices.Contains(at, a) || e.opens(a) }):
		return []rio.Finding{rio.TroubleDNSElsewhere.Found(c)}
	}
	return nil
}

// found reports whether the name that was looked up leads to the gateway, be it that only its text says so.
func (e Entrance) found() bool {
	return slices.ContainsFunc(e.Lookup.leadsTo(), func(a string) bool { return slices.Contains(e.Addresses(), a) || e.opens(a) })
}

// opens reports whether a door at an address lets in.
func (e Entrance) opens(address string) bool {
	return slices.ContainsFunc(e.open(), func(d Door) bool { return d.Address == address })
}

// isName tells a load balancer's host name, whose addresses change, from an address.
func isName(address string) bool {
	_, err := netip.ParseAddr(address)
	return err != nil
}

func lookupFine(p Path) (rio.Finding, bool) {
	if p.inside() && p.Service.Exists() {
		return rio.Fine(rio.LinkDNS, "%s, inside the mesh only: no port is published", p.Ref.ObjectName()), true
	}
	l := p.Entrance.Lookup
	if l == nil {
		return rio.Finding{}, false
	}
	return rio.Fine(rio.LinkDNS, "%s is %s", l.Host, strings.Join(l.Addresses, ", ")), true
}

func balancerRule(p Path) []rio.Finding {
	if !p.ours() {
		return nil
	}
	return p.Entrance.balancer()
}

// balancer judges the Service that leads into the gateway.
func (e Entrance) balancer() []rio.Finding {
	if e.Balancer.Denied != nil {
		return nil
	}
	if len(e.Balancer.Items) == 0 {
		return []rio.Finding{rio.TroubleBalancerMissing.Found(nil)}
	}
	waits := e.Balancer.Items[0].Spec.Type == corev1.ServiceTypeLoadBalancer
	if len(e.Addresses()) == 0 && waits && e.Pods.Denied == nil && !e.down() {
		return []rio.Finding{rio.TroubleNoAddress.Found(nil)}
	}
	return nil
}

// down reports whether the gateway itself is, so that no door can open.
func (e Entrance) down() bool {
	return e.Pods.Denied == nil && !slices.ContainsFunc(e.Pods.Items, rio.PodReady)
}

// deaf reports whether the gateway's pods do not listen on a port because no Gateway tells
// them to.
func (e Entrance) deaf(gateway string, port int32) bool {
	if e.Gateways.Denied != nil {
		return false
	}
	gw, ok := e.find(gateway)
	return !ok || len(e.selected(gw)) > 0 || !slices.ContainsFunc(gw.Spec.Servers, func(s *networking.Server) bool { return s.GetPort().GetNumber() == uint32(port) })
}

func doorRule(p Path) []rio.Finding {
	if !p.ours() {
		return nil
	}
	_, port := p.URL()
	return p.Entrance.doors(p.Service.Gateway, port)
}

// doors judges whether a port of the gateway answers. One door that does is enough.
func (e Entrance) doors(gateway string, port int32) []rio.Finding {
	if len(e.Doors) == 0 || len(e.open()) > 0 || e.down() || e.deaf(gateway, port) {
		return nil
	}
	d := e.Doors[0]
	return []rio.Finding{rio.TroubleNoConnection.Found(rio.Case{
		"address": fmt.Sprintf("%s port %d", d.Address, d.Port), "error": d.Error, "port": fmt.Sprint(port),
	})}
}

func balancerFine(p Path) (rio.Finding, bool) {
	if _, port := p.URL(); !p.ours() || p.Entrance.down() || p.Entrance.deaf(p.Service.Gateway, port) {
		return rio.Finding{}, false
	}
	return p.Entrance.balancerFine()
}

func (e Entrance) balancerFine() (rio.Finding, bool) {
	at, said := e.Addresses(), ""
	if len(e.Doors) > 0 {
		at = nil
		for _, d := range e.open() {
			if answers := fmt.Sprintf(" port %d answers", d.Port); said == "" || said == answers {
				at, said = append(at, d.Address), answers
			}
		}
	}
	if len(at) == 0 {
		return rio.Finding{}, false
	}
	return rio.Fine(rio.LinkBalancer, "service rio-system/rio-lb, %s%s", strings.Join(at, ", "), said), true
}
