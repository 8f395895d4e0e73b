package cli

import (
	"maps"
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// tellUnseen says of a service, once, that routes of other stacks may lead to it which the user may not
// see, where changes move its traffic or take away what they may lead to.
func (m *mutation) tellUnseen(s cluster.Snapshot, changes plan.ChangeSet) {
	ref := s.Service.Ref()
	concerns := moves(changes) || slices.ContainsFunc(changes, takesPods)
	if !s.Partly || !concerns || slices.Contains(m.unseen, ref) || !slices.ContainsFunc(s.Service.Ports, rio.Port.HTTP) {
		return
	}
	m.unseen = append(m.unseen, ref)
	m.o.talk("%-10s routes of other stacks that lead here are not seen and do not follow: no right to list virtualservices in the whole cluster", ref.Service)
}

// moves reports whether changes give a revision another share.
func moves(changes plan.ChangeSet) bool {
	return slices.ContainsFunc(changes, func(c plan.Change) bool {
		return c.Op == plan.Update && !maps.Equal(manifest.Weights(c.Before), manifest.Weights(c.After))
	})
}

// takesPods reports whether a change takes away what a route may lead to, its last pod too, or replaces
// the pods of a staged revision.
func takesPods(c plan.Change) bool {
	return c.Removes() || c.Op == plan.Update && manifest.Starts(c.After, c.Before) || c.Replaces() && !manifest.RefOf(c.Object()).IsLatest()
}
