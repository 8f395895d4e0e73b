package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// The step before the first that moves traffic says where that leads, for whoever may not write a route
// of another stack is to know it before anything is written.
func TestAStepBeforeTheShiftSaysWhereItLeads(t *testing.T) {
	promote := func(s rio.Service) (plan.Step, error) { return plan.Promote(s, "v2", nil, nil) }
	undo := func(s rio.Service) (plan.Step, error) {
		was := s.Revisions[0].Template.DeepCopy()
		was.Spec.Containers[0].Image = "nginx:0"
		return plan.Undo(s, []rio.Release{{Number: 2, Hash: "b", Current: true, Template: s.Revisions[0].Template}, {Number: 1, Hash: "a", Template: *was}}, 0, asIs)
	}
	whole := func(*rio.Service) {}
	for sentence, tc := range map[string]struct {
		change func(*rio.Service)
		next   func(rio.Service) (plan.Step, error)
		want   map[string]int
	}{
		"the revision is to grow first": {func(s *rio.Service) { s.Revisions[0].Replicas = new(int32(9)) }, promote, map[string]int{"v2": 100}},
		"it is large enough":            {func(s *rio.Service) { s.Revisions[1].Replicas = new(int32(9)) }, promote, nil},
		"an earlier pod is staged":      {whole, undo, map[string]int{plan.UndoRevision: 70, "v2": 30}},
	} {
		s := foobar()
		tc.change(&s)
		step, err := tc.next(s)
		var got map[string]int
		if step.Follow != nil {
			got = step.Follow.Shares()
		}
		if diff := cmp.Diff(tc.want, got); diff != "" || tc.want != nil && (err != nil || step.Follow.Promoting == "" || step.Target.Promoting != "") {
			t.Errorf("%s: %v, %s", sentence, err, diff)
		}
	}
}
