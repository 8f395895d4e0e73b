package plan

import (
	"slices"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// subsetRule follows the main route into the DestinationRule and on to the pods' labels.
func subsetRule(p Path) []rio.Finding {
	vs, ok := p.route()
	if !ok || p.preview() || p.Rules.Denied != nil {
		return nil
	}
	dr, ok := p.rule()
	if !ok {
		return []rio.Finding{rio.TroubleRuleMissing.Found(p.values(nil))}
	}
	var found []rio.Finding
	for _, name := range manifest.Named(vs, p.Ref) {
		r, ok := p.Service.Revision(name)
		i := slices.IndexFunc(manifest.Subsets(dr), func(s string) bool { return s == name })
		if i < 0 {
			found = append(found, rio.TroubleSubsetMissing.Found(p.values(rio.Case{"subset": name, "share": shareText(p.shares()[name], traffic)})))
			continue
		}
		want := dr.Spec.Subsets[i].Labels
		if ok && r.Observed != nil && !contains(r.Observed.Template.Labels, want) {
			found = append(found, rio.TroubleSubsetLabels.Found(p.values(rio.Case{"subset": name, "labels": labelsText(want)})))
		}
	}
	return found
}

// ruleTwiceRule finds other rules of the same host in the stack.
func ruleTwiceRule(p Path) []rio.Finding {
	dr, ok := p.rule()
	if !ok || p.preview() {
		return nil
	}
	var found []rio.Finding
	for _, other := range p.Rules.Items {
		if other.Name != dr.Name && fullHost(other.Spec.Host, other.Namespace) == fullHost(dr.Spec.Host, dr.Namespace) {
			found = append(found, rio.TroubleRuleTwice.Found(p.values(rio.Case{"other": other.Name, "host": dr.Spec.Host})))
		}
	}
	return found
}

func subsetFine(p Path) (rio.Finding, bool) {
	dr, ok := p.rule()
	if !ok || p.preview() {
		return rio.Finding{}, false
	}
	return rio.Fine(rio.LinkSubset, "destinationrule/%s: %s", dr.Name, strings.Join(manifest.Subsets(dr), ", ")), true
}
