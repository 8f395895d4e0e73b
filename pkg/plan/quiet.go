package plan

import (
	"maps"
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// quiet adds to changes that replace the pods of a staged revision which carries traffic
// the one that takes the traffic off it first: a pod may count as ready before it can serve.
// Latest gets what was led there, and it comes back at the end where it was to stay. Until then it
// is noted, for others may read the service meanwhile, and the command may end.
func quiet(changes ChangeSet, have []manifest.Object, main manifest.Object, want rio.Service) ChangeSet {
	weights, chosen, noted := manifest.Weights(main), manifest.Chosen(main), manifest.QuietIn(main)
	var busy []string
	for _, c := range changes {
		name := c.Object().GetLabels()[rio.LabelRevision]
		if c.Replaces() && name != rio.Latest && (weights[name] > 0 || noted.Has(name) || slices.Contains(chosen, name) || len(want.RoutedBy(name)) > 0) {
			busy = append(busy, name)
		}
	}
	off := want.Clone()
	if _, ok := off.Latest(); len(busy) == 0 || !ok {
		return changes
	}
	off.Quiet = rio.Quiet{}
	maps.Copy(off.Quiet, noted)
	for i := range off.Revisions {
		r := &off.Revisions[i]
		share := min(r.Weight, weights[r.Name]+noted[r.Name])
		if r.Weight = weights[r.Name]; !slices.Contains(busy, r.Name) {
			continue
		}
		r.Weight = 0
		if noted.Has(r.Name) || share > 0 || len(r.Match) > 0 || len(want.RoutedBy(r.Name)) > 0 { // there is something to come back
			off.Quiet[r.Name] = share
		}
	}
	if err := off.BalanceLatest(); err != nil { // somebody else's weights, which sum to more
		return changes
	}
	changes = slices.DeleteFunc(changes, func(c Change) bool { return splits(c.Object()) && c.Op == Update })
	for _, live := range have {
		if !splits(live) {
			continue
		}
		between, final := rendered(live, off), rendered(live, want)
		if live == main || !equal(live, between) {
			changes = append(changes, Change{Op: Update, Before: live, After: between})
		}
		if !equal(between, final) {
			changes = append(changes, Change{Op: Update, Before: between, After: final})
		}
	}
	return changes
}

// rendered is one object of a service, over the live one.
func rendered(live manifest.Object, s rio.Service) manifest.Object {
	for _, o := range manifest.Render(s) {
		if key(o) == key(live) {
			return manifest.Merge(live, o)
		}
	}
	return live
}
