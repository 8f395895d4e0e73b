package plan

import (
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"

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
	Live   manifest.Object // with what others wrote, where an update may meet that: for show; else nil
}

// Object is the object that the change is about, as it is afterwards if it still exists.
func (c Change) Object() manifest.Object {
	if c.After != nil {
		return c.After
	}
	return c.Before
}

// Phases of a change, in the safe order: what is added bottom-up, then what is removed top-down.
const (
	phaseCalm   = iota // a split gives more to latest only
	phaseNeeded        // by pods: configs, accounts
	phasePods
	phaseOthers // Services, and what has no phase of its own
	phaseSubsets
	phaseRoutes
	phaseSplit
	phaseRoutesGo
	phaseSubsetsGo
	phaseServicesGo
	phaseOthersGo
	phasePodsGo // some or all: workloads say what else there is, so they go last
)

// phase is the place of a change in the safe order.
func (c Change) phase() int {
	kind, pods := manifest.Kind(c.Object()), manifest.IsWorkload(c.Object())
	if c.Op == Delete || c.shrinks() || c.onlyLessens() {
		switch {
		case kind == manifest.KindVirtualService:
			return phaseRoutesGo
		case kind == manifest.KindDestinationRule:
			return phaseSubsetsGo
		case kind == manifest.KindService:
			return phaseServicesGo
		case pods:
			return phasePodsGo
		}
		return phaseOthersGo
	}
	switch {
	case c.calms():
		return phaseCalm
	case manifest.IsOfAccount(c.Object()), manifest.IsCopy(c.Object()):
		return phaseNeeded
	case splits(c.Object()):
		return phaseSplit
	case kind == manifest.KindVirtualService:
		return phaseRoutes
	case kind == manifest.KindDestinationRule:
		return phaseSubsets
	case pods:
		return phasePods
	}
	return phaseOthers
}

// phases tells the place of each of the changes: a split calms nothing where latest is still to be made,
// or to get its first pods.
func (cs ChangeSet) phases() func(Change) int {
	startsLatest := slices.ContainsFunc(cs, func(c Change) bool {
		return c.starts() && manifest.RefOf(c.After).IsLatest()
	})
	return func(c Change) int {
		if startsLatest && c.calms() && len(c.Raised()) > 0 {
			return phaseSplit
		}
		return c.phase()
	}
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

// starts reports whether a workload gets its first pods by the change.
func (c Change) starts() bool {
	return c.Op == Create && manifest.IsWorkload(c.After) || c.Op == Update && manifest.Starts(c.Before, c.After)
}

// Replaces reports whether the change replaces the pods of a workload.
func (c Change) Replaces() bool {
	if c.Op != Update {
		return false
	}
	before, after := manifest.TemplateOf(c.Before), manifest.TemplateOf(c.After)
	return before != nil && after != nil && !equality.Semantic.DeepEqual(*before, *after)
}

// Removes reports whether the change takes something away that a route may have led to.
func (c Change) Removes() bool { return c.Op == Delete && !manifest.IsCopy(c.Before) || c.shrinks() }

// TakesPods reports whether the change takes away what a route may lead to, its last pod too, or replaces
// the pods of a staged revision.
func (c Change) TakesPods() bool {
	return c.Removes() || c.Empties() || c.Replaces() && !manifest.RefOf(c.Object()).IsLatest()
}

// shrinks reports whether the change takes a subset out of a DestinationRule.
func (c Change) shrinks() bool {
	return c.Op == Update && len(manifest.Subsets(c.After)) < len(manifest.Subsets(c.Before))
}

// Raised lists the revisions that the change leads more requests to than before, sorted. Latest is not
// among them where the split is made: a service's first one is written beside the first pods.
func (c Change) Raised() []rio.Ref {
	var raised []rio.Ref
	before := manifest.Loads(c.Before)
	for ref, weight := range manifest.Loads(c.After) {
		if weight > before[ref] {
			raised = append(raised, ref)
		}
	}
	service := manifest.RefOf(c.Object())
	for _, name := range newIn(manifest.Chosen(c.After), manifest.Chosen(c.Before)) {
		raised = append(raised, service.Of(name))
	}
	shares := manifest.Weights(c.Before)
	for name, weight := range manifest.Weights(c.After) {
		if weight > shares[name] && (c.Op != Create || name != rio.Latest) {
			raised = append(raised, service.Of(name))
		}
	}
	return sortedRefs(raised)
}

// Raised lists the revisions that a change leads more requests to, or one behind it in its phase. All
// are to be ready before the first of these is written, which may say that one is quiet no longer.
func (cs ChangeSet) Raised(i int) []rio.Ref {
	raised, phase := cs[i].Raised(), cs.phases()
	for _, c := range cs[i+1:] {
		if splits(cs[i].Object()) && splits(c.Object()) && phase(c) == phase(cs[i]) {
			raised = append(raised, c.Raised()...)
		}
	}
	return sortedRefs(raised)
}

// Moves reports whether a change gives a revision another share.
func (cs ChangeSet) Moves() bool {
	return slices.ContainsFunc(cs, func(c Change) bool {
		return c.Op == Update && !maps.Equal(manifest.Weights(c.Before), manifest.Weights(c.After))
	})
}

func sortedRefs(refs []rio.Ref) []rio.Ref {
	slices.SortFunc(refs, rio.Ref.Compare)
	return slices.Compact(refs)
}

// splits reports whether an object says how requests are split.
func splits(o manifest.Object) bool {
	return manifest.Weights(o) != nil || manifest.Kind(o) == manifest.KindVirtualService && manifest.IsRouteSet(o)
}

func newIn(after, before []string) []string {
	return slices.DeleteFunc(slices.Clone(after), func(name string) bool { return slices.Contains(before, name) })
}
