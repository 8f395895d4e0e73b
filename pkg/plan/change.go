package plan

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Op says what a change does to an object.
type Op string

// What can be done to an object.
const (
	Create Op = "create"
	Update Op = "update"
	Delete Op = "delete"
	Label  Op = "label" // its labels and annotations, and its pods' labels: nothing else of it is written
)

// Change is one write.
type Change struct {
	Op     Op
	Before manifest.Object // nil when Op is Create
	After  manifest.Object // nil when Op is Delete
}

// Object is the object that the change is about, as it is afterwards if it still exists.
func (c Change) Object() manifest.Object {
	if c.After != nil {
		return c.After
	}
	return c.Before
}

// phase is the place of a change in the safe order.
func (c Change) phase() int {
	kind, splits := manifest.Kind(c.Object()), splits(c.Object())
	if c.Op == Delete || c.Shrinks() {
		switch kind {
		case manifest.KindVirtualService:
			return 5
		case manifest.KindDestinationRule:
			return 6
		case manifest.KindService:
			return 7
		}
		if !manifest.IsWorkload(c.Object()) {
			return 8
		}
		return 9 // it says what else there is, so it goes last
	}
	switch {
	case c.calms():
		return -2
	case manifest.IsOfAccount(c.Object()), manifest.IsCopy(c.Object()):
		return -1
	case splits:
		return 4
	case kind == manifest.KindVirtualService:
		return 3
	case kind == manifest.KindDestinationRule:
		return 2
	case manifest.IsWorkload(c.Object()):
		return 0
	}
	return 1
}

// calms reports whether the change of a split gives more to latest only: what that leads
// to is there, and whatever comes after meets less traffic.
func (c Change) calms() bool {
	if c.Op != Update || !splits(c.After) {
		return false
	}
	raised := c.Raised()
	onlyLatest := !slices.ContainsFunc(raised, func(r rio.Ref) bool { return !r.IsLatest() })
	lost := newIn(manifest.Chosen(c.Before), manifest.Chosen(c.After))
	return onlyLatest && len(raised) > 0 || len(raised) == 0 && (len(lost) > 0 || c.quiets())
}

// quiets reports whether revisions are quiet after the change, and those that were before still are.
func (c Change) quiets() bool {
	before, after := manifest.QuietIn(c.Before), manifest.QuietIn(c.After)
	return len(after) > 0 && len(newIn(slices.Collect(maps.Keys(before)), slices.Collect(maps.Keys(after)))) == 0
}

// Removes reports whether the change takes something away that a route may have led to.
func (c Change) Removes() bool { return c.Op == Delete && !manifest.IsCopy(c.Before) || c.Shrinks() }

// Shrinks reports whether the change takes a subset out of a DestinationRule.
func (c Change) Shrinks() bool {
	return c.Op == Update && len(manifest.Subsets(c.After)) < len(manifest.Subsets(c.Before))
}

// Raised lists the revisions that the change leads more requests to than before, sorted. A
// service's first split is none: it is written beside the first pods.
func (c Change) Raised() []rio.Ref {
	var raised []rio.Ref
	before := manifest.Loads(c.Before)
	for ref, weight := range manifest.Loads(c.After) {
		if weight > before[ref] {
			raised = append(raised, ref)
		}
	}
	if c.Op == Update {
		service := manifest.RefOf(c.After)
		for _, name := range newIn(manifest.Chosen(c.After), manifest.Chosen(c.Before)) {
			raised = append(raised, service.Of(name))
		}
		before := manifest.Weights(c.Before)
		for name, weight := range manifest.Weights(c.After) {
			if weight > before[name] {
				raised = append(raised, service.Of(name))
			}
		}
	}
	return sortedRefs(raised)
}

// Raised lists the revisions that a change leads more requests to, or one behind it in its phase. All
// are to be ready before the first of these is written, which may say that one is quiet no longer.
func (cs ChangeSet) Raised(i int) []rio.Ref {
	raised := cs[i].Raised()
	for _, c := range cs[i+1:] {
		if splits(cs[i].Object()) && splits(c.Object()) && c.phase() == cs[i].phase() {
			raised = append(raised, c.Raised()...)
		}
	}
	return sortedRefs(raised)
}

func sortedRefs(refs []rio.Ref) []rio.Ref {
	slices.SortFunc(refs, func(a, b rio.Ref) int {
		return cmp.Or(strings.Compare(a.ID(), b.ID()), strings.Compare(a.Revision, b.Revision))
	})
	return slices.Compact(refs)
}

// splits reports whether an object says how requests are split.
func splits(o manifest.Object) bool {
	return manifest.Weights(o) != nil || manifest.Kind(o) == manifest.KindVirtualService && manifest.IsRouteSet(o)
}

func newIn(after, before []string) []string {
	return slices.DeleteFunc(slices.Clone(after), func(name string) bool { return slices.Contains(before, name) })
}
