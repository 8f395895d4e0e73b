package cli

import (
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// tellUnseen says of a service, once, that routes of other stacks may lead to it which the user may not
// see, where changes move its traffic or take away what they may lead to.
func (m *mutation) tellUnseen(s cluster.Snapshot, changes plan.ChangeSet) {
	ref := s.Service.Ref()
	concerns := changes.Moves() || slices.ContainsFunc(changes, plan.Change.TakesPods)
	if !s.Partly || !concerns || slices.Contains(m.unseen, ref) || !slices.ContainsFunc(s.Service.Ports, rio.Port.HTTP) {
		return
	}
	m.unseen = append(m.unseen, ref)
	m.o.talk("%-10s routes of other stacks that lead here are not seen and do not follow: no right to list virtualservices in the whole cluster", ref.Service)
}
