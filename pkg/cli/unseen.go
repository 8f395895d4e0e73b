package cli

import (
	"slices"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	"k8s.io/utils/ptr"

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

// tellAutoscaler says that the autoscaler of a latest which somebody deleted goes: nothing keeps its range until
// there is a latest again.
func (o *Options) tellAutoscaler(s rio.Service, changes plan.ChangeSet) {
	if _, kept := s.Latest(); kept || !s.Exists() {
		return
	}
	for _, c := range changes {
		if h, ok := c.Before.(*autoscalingv2.HorizontalPodAutoscaler); ok && c.Op == plan.Delete {
			o.talk("%-10s the autoscaler of the latest that was deleted goes; when there is one again: kubectl rio scale -n %s %s=%d-%d",
				s.Name, s.Namespace, s.Name, ptr.Deref(h.Spec.MinReplicas, 1), h.Spec.MaxReplicas)
		}
	}
}
