package plan

import (
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Lessens reports whether the change ends pods of a workload that it leaves fewer.
func (c Change) Lessens() bool { return c.Op == Update && manifest.Lessens(c.Before, c.After) }

// Empties reports whether the change ends the last pod of a workload.
func (c Change) Empties() bool { return c.Op == Update && manifest.Starts(c.After, c.Before) }

// OnlyEmpty reports whether the changes end the last pods of revisions without a share and do nothing else:
// what a command leaves to do that ended behind its split.
func (cs ChangeSet) OnlyEmpty(s rio.Service) bool {
	return len(cs) > 0 && !slices.ContainsFunc(cs, func(c Change) bool {
		rev, ok := s.Revision(manifest.RefOf(c.Object()).RevisionName())
		return !ok || rev.Weight > 0 || !c.Empties() || !c.onlyLessens()
	})
}

// onlyLessens reports whether the change lowers that number and does nothing else.
func (c Change) onlyLessens() bool {
	return c.Lessens() && equal(c.Before, manifest.WithReplicas(c.After, c.Before))
}

// parted makes two of each change that lessens the pods of a revision and does something else to it, where a
// split takes requests off that only when all others are ready: the number is lowered behind it.
func (cs ChangeSet) parted() ChangeSet {
	relieved := cs.relieved()
	var all ChangeSet
	for _, c := range cs {
		if c.Lessens() && !c.onlyLessens() && slices.Contains(relieved, manifest.RefOf(c.After)) {
			uid := c.Before.GetUID()
			all = append(all, Change{Op: Update, Before: c.Before, After: manifest.WithReplicas(c.After, c.Before)})
			c.Before = manifest.WithReplicas(c.After, c.Before)
			c.Before.SetUID(uid)
		}
		all = append(all, c)
	}
	return all
}

// relieved are the revisions that lose requests by splits which come behind the pods.
func (cs ChangeSet) relieved() []rio.Ref {
	phase := cs.phases()
	var refs []rio.Ref
	for _, c := range cs {
		if c.Op == Update && phase(c) == phaseSplit {
			refs = append(refs, Change{Op: Update, Before: c.After, After: c.Before}.Raised()...)
		}
	}
	return refs
}
