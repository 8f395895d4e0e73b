package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func routeRule(p Path) []rio.Finding {
	if p.Routes.Denied != nil && len(p.Routes.Items) == 0 || !p.Service.Routed() {
		return nil
	}
	vs, ok := p.route()
	if !ok {
		return []rio.Finding{rio.TroubleRouteMissing.Found(p.values(nil))}
	}
	var found []rio.Finding
	splits := manifest.Splits(vs)
	for _, port := range p.Service.Ports {
		if port.Routed() && !slices.ContainsFunc(splits, func(s manifest.Split) bool { return s.Port == port.Number && s.HTTP == port.HTTP() }) {
			found = append(found, rio.TroubleRoutePort.Found(p.values(rio.Case{"port": fmt.Sprint(port.Number)})))
		}
	}
	return found
}

func weightsRule(p Path) []rio.Finding {
	vs, ok := p.route()
	if !ok {
		return nil
	}
	for _, s := range manifest.Splits(vs) {
		sum := 0
		for _, share := range s.Shares {
			sum += share
		}
		if sum != 100 {
			return []rio.Finding{rio.TroubleWeights.Found(p.values(rio.Case{"sum": fmt.Sprint(sum)}))}
		}
	}
	return nil
}

func beforeRule(p Path) []rio.Finding {
	vs, ok := p.route()
	if !ok {
		return nil
	}
	var found []rio.Finding
	for _, s := range manifest.Splits(vs) {
		if s.Behind {
			found = append(found, rio.TroubleRouteBefore.Found(p.values(rio.Case{"port": fmt.Sprint(s.Port)})))
		}
	}
	return found
}

// goneRule finds shares of revisions that have no workload.
func goneRule(p Path) []rio.Finding {
	s := p.Service
	shares := p.shares()
	var found []rio.Finding
	for _, name := range slices.Sorted(maps.Keys(shares)) {
		if _, ok := s.Revision(name); ok || name == "" || shares[name] == 0 {
			continue
		}
		c := p.values(rio.Case{"revision": name, "share": shareText(shares[name], traffic)})
		_, hasLatest := s.Latest()
		switch {
		case hasLatest && s.Promoting != "":
			c["write"] = s.Onward()
		case hasLatest:
			c["write"] = fmt.Sprintf("kubectl rio abort -n %s %s", s.Namespace, s.Name)
		case s.Exists():
			c["write"] = s.LatestAgain()
		}
		found = append(found, rio.TroubleRevisionGone.Found(c))
	}
	return found
}

// shares are those of the service's route as it is written, by subset.
func (p Path) shares() map[string]int {
	vs, ok := own(p.Routes.Items, p.Ref, p.Service.Name)
	if !ok {
		return nil
	}
	all := map[string]int{}
	for _, s := range manifest.Splits(vs) {
		maps.Copy(all, s.Shares)
	}
	return all
}

const traffic = "traffic"

// shareText is a share of something in words.
func shareText(percent int, of string) string {
	switch percent {
	case 0:
		return "no " + of
	case 100:
		return "all " + of
	}
	return fmt.Sprintf("%d%% of the %s", percent, of)
}

// share says which requests come to a revision on this way: those that match, and a share of what matches
// nothing.
func (p Path) share(r rio.Revision) string {
	if p.preview() {
		return "preview"
	}
	of := traffic
	if len(p.matches()) > 0 {
		of = "other " + traffic
	}
	matched := matchText(p.Service, r)
	switch {
	case matched == "":
		return shareText(r.Weight, of)
	case r.Weight == 0:
		return "requests that match " + matched
	}
	return "requests that match " + matched + ", and " + shareText(r.Weight, of)
}

func matchText(s rio.Service, r rio.Revision) string { return strings.Join(s.Matched(r), " or ") }

// matches say which requests go where whatever the weights are.
func (p Path) matches() []string {
	var all []string
	for _, r := range p.Service.Revisions {
		if matched := matchText(p.Service, r); matched != "" {
			all = append(all, matched+" to "+r.Name)
		}
	}
	return all
}

func routeFine(p Path) (rio.Finding, bool) {
	if _, ok := p.route(); !ok {
		if !p.Service.Routed() && len(p.Service.Revisions) > 0 {
			return rio.Fine(rio.LinkRoute, "none: no http or tcp port, so nothing is split by weight"), true
		}
		return rio.Finding{}, false
	}
	text := "virtualservice/" + p.Ref.ObjectName()
	if !p.preview() {
		var parts []string
		for _, r := range p.Service.Revisions {
			if r.Weight > 0 {
				parts = append(parts, fmt.Sprintf("%s %d%%", r.Name, r.Weight))
			}
		}
		text += ": " + strings.Join(append(p.matches(), strings.Join(parts, ", ")), "; else ")
		if p.Service.Sticky != "" {
			text += "; users stay by cookie " + p.Service.Sticky
		}
	}
	if len(hostRule(p)) == 0 && p.Routes.Denied == nil {
		text += ", no other owner of its hosts"
	}
	return rio.Fine(rio.LinkRoute, "%s", text), true
}
