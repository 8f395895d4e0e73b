package plan

import (
	"maps"
	"slices"
	"strings"

	istio "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Moved reports whether a service, published anew as it is, gets another URL: the domain changed, or
// the gateway's certificate came or went.
func (gw Gateway) Moved(s rio.Service) bool {
	now := s
	now.Domain, now.TLS = gw.Domain, gw.TLS
	return gw.Domain != "" && s.Gateway == gw.Name && slices.ContainsFunc(s.Ports, func(p rio.Port) bool {
		return s.URL(p, rio.Latest) != now.URL(p, rio.Latest)
	})
}

// Republish gives a service the URL that it gets by the gateway of now. Its pods are left alone, so
// whose they are does not matter.
func Republish(s rio.Service, gw Gateway) (rio.Service, error) {
	if err := mayChange(s); err != nil {
		return s, err
	}
	next := s.Clone()
	return next, open(&next, specs(next.Ports), gw)
}

// OldDomains finds the services that are published on a gateway under another domain than that of now.
func OldDomains(routes []*istio.VirtualService, gateway, domain string) []rio.Finding {
	byDomain := map[string][]string{}
	for _, vs := range routes {
		if old := manifest.PublicDomain(vs); old != "" && old != domain && bound(vs, gateway) {
			byDomain[old] = append(byDomain[old], nameOf(vs))
		}
	}
	var found []rio.Finding
	for _, old := range slices.Sorted(maps.Keys(byDomain)) {
		found = append(found, underOld(old, domain, byDomain[old]...))
	}
	return found
}

func underOld(old, domain string, services ...string) rio.Finding {
	slices.Sort(services)
	return rio.TroubleDomainOld.Found(rio.Case{"old": old, "domain": domain, "services": strings.Join(services, ", "), "names": strings.Join(services, " ")})
}

// HTTPOnly finds the services of which requests come to nothing once a gateway redirects http to https:
// they are published over http only. An editor that changes nothing publishes them anew.
func HTTPOnly(routes []*istio.VirtualService, gateway string) []rio.Finding {
	var services []string
	for _, vs := range routes {
		if manifest.LacksTLS(vs, gateway) {
			services = append(services, nameOf(vs))
		}
	}
	if len(services) == 0 {
		return nil
	}
	slices.Sort(services)
	return []rio.Finding{rio.TroubleRedirect.Found(rio.Case{"services": strings.Join(services, ", "), "names": strings.Join(services, " ")})}
}
