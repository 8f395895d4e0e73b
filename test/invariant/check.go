// Package invariant checks what must hold at every stored version of every object of a
// service, whatever verb wrote it and wherever it was stopped:
//
//	I1  the weights of a route sum to 100
//	I2  a subset that a VirtualService names was in the DestinationRule before, and stays while it is named
//	I3  a subset whose weight is raised has a ready endpoint
//	I4  a service has one DestinationRule and one main VirtualService, named as it is
//	I5  the revision label of a workload, of its pod template and of a pod never changes
//	I6  the Service of a service selects the pods of all its revisions and nothing else
//	I8  no workload, Service or subset is deleted while a VirtualService gives it weight
//
// Only objects with the label rio.cattle.io=true are held to them. I7, that a command
// killed anywhere can be repeated and ends as if undisturbed, cannot be seen in one
// history: the tests that kill commands check it. Whether the gateways have what is
// stored is not in the objects either: the traffic tests measure that.
package invariant

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Event is one version of an object, or its end.
type Event struct {
	Revision uint64 // the resourceVersion at which it was stored or deleted; one etcd orders those of all kinds
	Deleted  bool   // Object is the last version
	Initial  bool   // it was there when the recording began: judged as it is, not as a change
	Object   manifest.Object
}

// Violation is an invariant that a version broke.
type Violation struct {
	Invariant string // I1 to I8
	Revision  uint64
	Text      string // object, values and rule
}

func (v Violation) String() string {
	return fmt.Sprintf("%s at version %d: %s", v.Invariant, v.Revision, v.Text)
}

// rules say what is wrong with a change, given the objects as they were before it.
var rules = []struct {
	invariant string
	broken    func(*world, change) []string
}{
	{"I1", weightsSum}, {"I2", subsetsExist}, {"I3", raisedAreReady}, {"I4", namedAsService},
	{"I5", revisionStays}, {"I6", selectsAll}, {"I8", weightIsKept},
}

// Check replays a history in the order in which it was stored.
func Check(events []Event) []Violation {
	events = slices.Clone(events)
	slices.SortStableFunc(events, func(a, b Event) int { return cmp.Compare(a.Revision, b.Revision) })
	w := newWorld()
	for _, e := range events {
		if e.Initial { // known from the start, so that it is not taken for a change later
			w.apply(change{after: e.Object})
		}
	}
	var violations []Violation
	for _, e := range events {
		c := w.changeOf(e)
		violations = append(violations, broken(w, c, e.Revision)...)
		w.apply(c)
	}
	return violations
}

func broken(w *world, c change, revision uint64) []Violation {
	var violations []Violation
	if !c.ofService() {
		return nil
	}
	for _, r := range rules {
		texts := r.broken(w, c)
		slices.Sort(texts)
		for _, text := range slices.Compact(texts) { // each port has a route, with the same weights
			violations = append(violations, Violation{r.invariant, revision, text})
		}
	}
	return violations
}

// change is what an event does to an object.
type change struct {
	before manifest.Object // nil: it is new
	after  manifest.Object // nil: it is gone
}

func (c change) object() manifest.Object {
	if c.after != nil {
		return c.after
	}
	return c.before
}

// ofService reports whether the object belongs to a service, or did until now.
func (c change) ofService() bool {
	return c.before != nil && managed(c.before) || c.after != nil && managed(c.after)
}

// deletes reports whether the object begins to go. One that waits for finalizers or
// dependents is on its way from the version on that has a deletionTimestamp.
func (c change) deletes() bool {
	if c.before == nil || c.before.GetDeletionTimestamp() != nil {
		return false
	}
	return c.after == nil || c.after.GetDeletionTimestamp() != nil
}

func managed(o manifest.Object) bool { return o.GetLabels()[rio.LabelManaged] == "true" }
