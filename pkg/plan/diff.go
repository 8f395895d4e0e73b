package plan

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// ChangeSet is a list of writes in an order that is safe to stop anywhere.
type ChangeSet []Change

// Follow gives a later change of the same object the version that an earlier one wrote, so
// that it too meets no version which nobody has looked at.
func (cs ChangeSet) Follow(written manifest.Object) {
	for _, c := range cs {
		if c.Op != Create && key(c.Before) == key(written) {
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
// top-down. Pods that a workload is to have no more go with the latter.
//
// What leads to a revision whose workload somebody deleted is latest's: its share when it is read,
// routes that name it here, unless it is made again.
func Diff(have []manifest.Object, want rio.Service) ChangeSet {
	want.Routes = slices.Clone(want.Routes)
	for name := range want.Lost {
		if _, again := want.Revision(name); !again {
			want.Repoint(name, rio.Latest)
		}
	}
	changes := compare(have, manifest.Render(want))
	changes = slices.DeleteFunc(changes, func(c Change) bool { return c.Op == Delete && manifest.IsRouteSet(c.Before) })
	for _, o := range have {
		if manifest.Weights(o) != nil && want.Routed() {
			changes = quiet(changes, have, o, want)
		}
	}
	return changes.parted().sorted(want.Namespace)
}

// DiffRoutes lists the writes that lead to the objects of a route set.
func DiffRoutes(have []manifest.Object, want rio.RouteSet) ChangeSet {
	return compare(have, manifest.RenderRoutes(want)).sorted(want.Namespace)
}

// Keep writes an object that is kept whole, unless it is there as it is to be.
func Keep(have, want manifest.Object) ChangeSet {
	switch {
	case have == nil:
		return ChangeSet{{Op: Create, After: want}}
	case equal(have, want):
		return nil
	}
	return ChangeSet{{Op: Update, Before: have, After: want}}
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
		if !manifest.IsForeign(o) {
			changes = append(changes, Change{Op: Delete, Before: o})
		}
	}
	return changes
}

// sorted puts the writes into the safe order. In a phase the service's own come first, with the main
// VirtualService, whose version is the lock; routes of other stacks, which the user may have no right
// to write, come last.
func (cs ChangeSet) sorted(namespace string) ChangeSet {
	rank := func(o manifest.Object) int {
		switch {
		case !manifest.IsRouteSet(o):
			return 0
		case o.GetNamespace() == namespace:
			return 1
		}
		return 2
	}
	phase := cs.phases()
	slices.SortStableFunc(cs, func(a, b Change) int {
		return cmp.Or(phase(a)-phase(b), rank(a.Object())-rank(b.Object()), compareNames(a.Object(), b.Object()))
	})
	return cs
}

// update splits the change of a DestinationRule that loses subsets: first all that
// old and new routes may name, at the end only what is left.
func update(before, after manifest.Object) ChangeSet {
	kept := manifest.Subsets(after)
	lost := slices.ContainsFunc(manifest.Subsets(before), func(s string) bool { return !slices.Contains(kept, s) })
	if !lost {
		return ChangeSet{{Op: Update, Before: before, After: after}}
	}
	both := manifest.WithSubsets(after, before)
	if len(manifest.Subsets(both)) == len(manifest.Subsets(before)) {
		return ChangeSet{{Op: Update, Before: before, After: after}}
	}
	return ChangeSet{{Op: Update, Before: before, After: both}, {Op: Update, Before: both, After: after}}
}

// Rolled lists the revisions that get their first pods, or others.
func (cs ChangeSet) Rolled() []string {
	var names []string
	for _, c := range cs {
		if c.starts() || c.Replaces() {
			names = append(names, manifest.RefOf(c.After).RevisionName())
		}
	}
	return names
}

func key(o manifest.Object) string {
	return manifest.Kind(o) + "/" + o.GetNamespace() + "/" + o.GetName()
}

func compareNames(a, b manifest.Object) int { return strings.Compare(a.GetName(), b.GetName()) }

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
