package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// link is one part of the way. Its rules find what is wrong with it; when none does, fine
// says what is there.
type link struct {
	rules []func(Path) []rio.Finding
	fine  func(Path) (rio.Finding, bool)
}

// way is the order of a request, from its URL to its container; what is not a part of it
// comes last.
var way = []link{
	{[]func(Path) []rio.Finding{lookupRule}, lookupFine},
	{[]func(Path) []rio.Finding{balancerRule, doorRule}, balancerFine},
	{[]func(Path) []rio.Finding{gatewayPodsRule, gatewayRule, serverRule, twiceRule}, gatewayFine},
	{[]func(Path) []rio.Finding{istiodRule}, nothing},
	{[]func(Path) []rio.Finding{hostRule}, nothing},
	{[]func(Path) []rio.Finding{routeRule, boundRule, weightsRule, beforeRule, goneRule}, routeFine},
	{[]func(Path) []rio.Finding{subsetRule, ruleTwiceRule}, subsetFine},
	{[]func(Path) []rio.Finding{serviceRule, targetRule, endpointsRule}, serviceFine},
	{[]func(Path) []rio.Finding{podsRule}, nothing},
	{[]func(Path) []rio.Finding{releaseRule}, nothing},
}

// Why judges the way to a service, link by link. The first failure is marked: what comes
// behind it may only follow from it.
func Why(p Path) []rio.Finding {
	if p.Denied != nil {
		all := deniedFindings(p.Denied)
		all[0].Level = rio.LevelFail // nothing is known
		rio.MarkFirst(all)
		return all
	}
	var all []rio.Finding
	for _, l := range way {
		var found []rio.Finding
		for _, rule := range l.rules {
			found = append(found, rule(p)...)
		}
		if f, ok := l.fine(p); ok && !bad(found) {
			all = append(all, f)
		}
		all = append(all, found...)
	}
	all = append(all, answerRule(p, slices.ContainsFunc(all, explains))...)
	all = append(all, callersRule(p)...)
	all = append(all, p.deniedRule()...)
	rio.MarkFirst(all)
	return all
}

// explains reports whether a finding is reason enough for a bad answer.
func explains(f rio.Finding) bool {
	return f.Level == rio.LevelFail || f.ID == rio.TroubleStarting.ID
}

// bad reports whether what was found leaves nothing good to say of a link.
func bad(found []rio.Finding) bool {
	return slices.ContainsFunc(found, func(f rio.Finding) bool { return f.Level == rio.LevelFail || f.Level == rio.LevelWarn })
}

func nothing(Path) (rio.Finding, bool) { return rio.Finding{}, false }

// releaseRule tells of what has begun and is not finished.
func releaseRule(p Path) []rio.Finding {
	s := p.Service
	of := func(revision string) string { return s.Ref().Of(revision).String() }
	var found []rio.Finding
	if s.Undoing() {
		found = append(found, rio.TroubleUndo.Found(p.values(nil)))
	} else if s.Promoting != "" {
		found = append(found, rio.TroublePromotion.Found(p.values(rio.Case{"ref": of(s.Promoting)})))
	}
	if s.Removing != "" {
		found = append(found, rio.TroubleRemoval.Found(p.values(rio.Case{"ref": of(s.Removing)})))
	}
	if g := s.Gradual; g != nil {
		if r, ok := s.Revision(g.Revision); ok {
			found = append(found, rio.TroubleGradual.Found(p.values(rio.Case{
				"ref": of(g.Revision), "weight": fmt.Sprint(r.Weight), "to": fmt.Sprint(g.To),
			})))
		}
	}
	return found
}

// deniedRule tells what could not be looked at.
func (p Path) deniedRule() []rio.Finding {
	return deniedFindings(append(p.Entrance.denied(), p.Routes.Denied, p.Rules.Denied, p.Services.Denied, p.Slices.Denied, p.Pods.Denied, p.Events.Denied)...)
}

// deniedFindings tell of the rights that are missing, together for each namespace.
func deniedFindings(denied ...*Denied) []rio.Finding {
	byNamespace := map[string][]string{}
	user := ""
	for _, d := range denied {
		if d != nil && !slices.Contains(byNamespace[d.Namespace], d.Resource) {
			byNamespace[d.Namespace], user = append(byNamespace[d.Namespace], d.Resource), d.User
		}
	}
	var found []rio.Finding
	for _, namespace := range slices.Sorted(maps.Keys(byNamespace)) {
		found = append(found, rio.TroubleRights.Found(Denied{strings.Join(byNamespace[namespace], ", "), namespace, user}.values()))
	}
	return found
}

// values also says how to get the right: by the role view in one namespace, by one of its
// own in all of them, for view gives neither nodes nor Istio's Gateways.
func (d Denied) values() rio.Case {
	user := cmp.Or(d.User, "USER")
	name := spec.Hyphened(strings.ToLower(user))
	if d.Namespace == "" {
		kinds := strings.ReplaceAll(strings.ReplaceAll(d.Resource, ", ", ","), "gateways", "gateways.networking.istio.io")
		return rio.Case{"resource": d.Resource, "where": "of all namespaces", "command": fmt.Sprintf(
			"kubectl create clusterrole rio-look --verb=get,list --resource=%s; then kubectl create clusterrolebinding rio-look-%s --clusterrole=rio-look --user=%s", kinds, name, rio.Quote(user))}
	}
	return rio.Case{"resource": d.Resource, "where": fmt.Sprintf("in namespace %q", d.Namespace),
		"command": fmt.Sprintf("kubectl create rolebinding view-%s --clusterrole=view --user=%s -n %s", name, rio.Quote(user), d.Namespace)}
}
