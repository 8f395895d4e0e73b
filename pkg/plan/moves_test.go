package plan_test

import (
	"slices"
	"testing"

	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Routes of other stacks have to follow what gives revisions another share, and may lead to what goes.
func TestWhatRoutesOfOtherStacksHaveToFollow(t *testing.T) {
	asleep := func(s *rio.Service) { s.Revisions[1].Weight, s.Revisions[1].Replicas = 0, ptr.To[int32](0) }
	for sentence, tc := range map[string]struct {
		before, after func(*rio.Service)
		moves, takes  bool
	}{
		"another share":          {nil, func(s *rio.Service) { s.Revisions[0].Weight, s.Revisions[1].Weight = 60, 40 }, true, false},
		"more pods":              {nil, func(s *rio.Service) { s.Revisions[1].Replicas = ptr.To[int32](2) }, false, false},
		"latest gets other pods": {nil, func(s *rio.Service) { s.Revisions[0].Template.Spec.Containers[0].Image = "caddy" }, false, false},
		"v2 gets other pods": {func(s *rio.Service) { s.Revisions[1].Weight = 0 }, func(s *rio.Service) {
			s.Revisions[1].Weight, s.Revisions[1].Template.Spec.Containers[0].Image = 0, "caddy"
		}, false, true},
		"v2 with its share goes":      {nil, func(s *rio.Service) { s.Drop("v2"); s.Revisions[0].Weight = 100 }, true, true},
		"the last pod of v2 goes":     {func(s *rio.Service) { s.Revisions[1].Weight = 0 }, asleep, false, true},
		"the first pod of v2 comes":   {asleep, func(s *rio.Service) { s.Revisions[1].Weight = 0 }, false, false},
		"there was nothing of it yet": {func(s *rio.Service) { *s = rio.Service{} }, func(*rio.Service) {}, false, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			before, after := foobar(), foobar()
			if tc.before != nil {
				tc.before(&before)
			}
			tc.after(&after)
			changes := plan.Diff(worldOf(before).objects(), after)
			if takes := slices.ContainsFunc(changes, plan.Change.TakesPods); len(changes) == 0 || changes.Moves() != tc.moves || takes != tc.takes {
				t.Errorf("%v: moves %t, takes pods %t", describe(changes), changes.Moves(), takes)
			}
		})
	}
}
