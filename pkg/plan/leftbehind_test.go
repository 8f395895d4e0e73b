package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// A promotion, or the way back, that was killed between the split and a route set that follows it, leads
// the set away before it rolls the pods that this still sends to.
func TestARouteSetThatWasLeftBehindFollowsFirst(t *testing.T) {
	promote := func(s *rio.Service) (plan.Step, error) { return plan.Promote(*s, "v2", nil, nil) }
	undo := func(s *rio.Service) (plan.Step, error) {
		was := s.Revisions[0].Template
		s.Revisions[0].Template = s.Revisions[1].Template
		history := []rio.Release{{Number: 2, Hash: "b", Current: true, Template: s.Revisions[0].Template}, {Number: 1, Hash: "a", Template: was}}
		return plan.Undo(*s, history, 0, asIs)
	}
	for sentence, tc := range map[string]struct {
		next   func(*rio.Service) (plan.Step, error)
		leads  string
		number int
	}{
		"a promotion, and the set is behind": {promote, rio.Latest, 1},
		"a promotion, and the set follows":   {promote, "v2", 2},
		"the way back, and it is behind":     {undo, rio.Latest, 1},
		"the way back, and it follows":       {undo, "v2", 2},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := foobar()
			latest, v2 := &s.Revisions[0], &s.Revisions[1]
			latest.Observed = &rio.Observed{Replicas: 3}
			s.Promoting, s.Before = "v2", &rio.Before{Template: "a"}
			latest.Weight, v2.Weight = 0, 100
			www := rio.RouteSet{Namespace: "default", Name: "www", Routes: []rio.Route{{To: []rio.RouteTarget{
				{Service: "foobar", Resolved: rio.Resolved{HTTP: 80, Split: map[string]int{tc.leads: 100}}}}}}}
			s.Routes = []rio.RouteSet{www}
			step, err := tc.next(&s)
			if err != nil || step.Number != tc.number {
				t.Fatalf("%v, step %d %q, want %d", err, step.Number, step.Title, tc.number)
			}
			w := worldOf(s)
			for _, c := range plan.DiffRoutes(nil, www) {
				w.write(c)
			}
			got, want := describe(plan.Diff(w.objects(), step.Target)), []string{"update VirtualService/www"}
			if alone := cmp.Equal(want, got); alone != (tc.number == 1) {
				t.Errorf("it writes %v", got)
			}
		})
	}
}
