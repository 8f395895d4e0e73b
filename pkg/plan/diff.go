package plan

import (
	"cmp"
	"reflect"
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

// ChangeSet is a list of writes in an order that is safe to stop anywhere.
type ChangeSet []Change

// Follow gives a later change of the same object the version that an earlier one wrote, so
// that it too meets no version which nobody has looked at.
func (cs ChangeSet) Follow(written manifest.Object) {
	for _, c := range cs {
		if c.Op == Update && key(c.Before) == key(written) {
			c.Before.SetResourceVersion(written.GetResourceVersion())
		}
	}
}

// OnlyCreates reports whether the changes add what is missing and touch nothing
// else: what a command that was interrupted leaves to do.
func (cs ChangeSet) OnlyCreates() bool {
	return !slices.ContainsFunc(cs, func(c Change) bool { return c.Op != Create })
}

// Has reports whether a change is about an object that is in the set.
func (cs ChangeSet) Has(c Change) bool {
	return slices.ContainsFunc(cs, func(own Change) bool { return key(own.Object()) == key(c.Object()) })
}

// Diff lists the writes that lead from the objects there are, each cut down to what
// kubectl rio owns of it, to those of a service. Objects of other tools are not deleted.
//
// The order keeps two things true after every single write: a route names only
// subsets that exist, and nothing is deleted that a route still leads to. So what
// is added goes bottom-up (configs, workload, Service, subset, routes), what is removed
// top-down.
func Diff(have []manifest.Object, want rio.Service) ChangeSet {
	changes := compare(have, manifest.Render(want))
	changes = slices.DeleteFunc(changes, func(c Change) bool { return c.Op == Delete && manifest.IsRouteSet(c.Before) })
	for _, o := range have {
		if manifest.Weights(o) != nil && want.Routed() {
			changes = quiet(changes, have, o, want)
		}
	}
	return changes.sorted()
}

// DiffRoutes lists the writes that lead to the objects of a route set.
func DiffRoutes(have []manifest.Object, want rio.RouteSet) ChangeSet {
	return compare(have, manifest.RenderRoutes(want)).sorted()
}

// compare finds what differs, object by object.
func compare(have, want []manifest.Object) ChangeSet {
	old := map[string]manifest.Object{}
	for _, o := range have {
		old[key(o)] = o
	}
	var changes ChangeSet
	for _, o := range want {
		before, exists := old[key(o)]
		if exists {
			o = manifest.Merge(before, o)
		}
		delete(old, key(o))
		switch {
		case !exists:
			changes = append(changes, Change{Op: Create, After: o})
		case manifest.IsCopy(o):
		case !equal(before, o):
			changes = append(changes, update(before, o)...)
		}
	}
	for _, o := range old {
		if o.GetLabels()[rio.LabelK8sManagedBy] == rio.FieldManager {
			changes = append(changes, Change{Op: Delete, Before: o})
		}
	}
	return changes
}

// sorted puts the writes into the safe order.
func (cs ChangeSet) sorted() ChangeSet {
	slices.SortStableFunc(cs, func(a, b Change) int {
		if pa, pb := a.phase(), b.phase(); pa != pb {
			return pa - pb
		}
		return compareNames(a.Object(), b.Object())
	})
	return cs
}

// update splits the change of a DestinationRule that loses subsets: first all that
// old and new routes may name, at the end only what is left.
func update(before, after manifest.Object) ChangeSet {
	kept := manifest.Subsets(after)
	lost := slices.ContainsFunc(manifest.Subsets(before), func(s string) bool { return !slices.Contains(kept, s) })
	if !lost {
		return ChangeSet{{Update, before, after}}
	}
	both := manifest.WithSubsets(after, before)
	if len(manifest.Subsets(both)) == len(manifest.Subsets(before)) {
		return ChangeSet{{Update, before, after}}
	}
	return ChangeSet{{Update, before, both}, {Update, both, after}}
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
	return onlyLatest && len(raised) > 0 || len(raised) == 0 && len(newIn(manifest.Chosen(c.Before), manifest.Chosen(c.After))) > 0
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
	slices.SortFunc(raised, func(a, b rio.Ref) int {
		return cmp.Or(strings.Compare(a.ID(), b.ID()), strings.Compare(a.Revision, b.Revision))
	})
	return slices.Compact(raised)
}

// splits reports whether an object says how requests are split.
func splits(o manifest.Object) bool {
	return manifest.Weights(o) != nil || manifest.Kind(o) == manifest.KindVirtualService && manifest.IsRouteSet(o)
}

// Started lists the revisions that get their first pods.
func (cs ChangeSet) Started() []string {
	var names []string
	for _, c := range cs {
		if c.Op == Create && manifest.IsWorkload(c.After) || c.Op == Update && manifest.Starts(c.Before, c.After) {
			names = append(names, manifest.RefOf(c.After).RevisionName())
		}
	}
	return names
}

func newIn(after, before []string) []string {
	return slices.DeleteFunc(slices.Clone(after), func(name string) bool { return slices.Contains(before, name) })
}

func key(o manifest.Object) string {
	return manifest.Kind(o) + "/" + o.GetNamespace() + "/" + o.GetName()
}

func compareNames(a, b manifest.Object) int {
	if a.GetName() < b.GetName() {
		return -1
	}
	if a.GetName() > b.GetName() {
		return 1
	}
	return 0
}

// equal compares what would be applied.
func equal(a, b manifest.Object) bool {
	x, errA := content(a)
	y, errB := content(b)
	return errA == nil && errB == nil && reflect.DeepEqual(x, y)
}

// content is the encoded object without what the server adds to its metadata.
func content(o manifest.Object) (map[string]any, error) {
	m, err := manifest.Encode(o)
	if err != nil {
		return nil, err
	}
	meta, _ := m["metadata"].(map[string]any)
	m["metadata"] = map[string]any{
		"name": meta["name"], "namespace": meta["namespace"], "labels": meta["labels"], "annotations": meta["annotations"],
	}
	return m, nil
}
