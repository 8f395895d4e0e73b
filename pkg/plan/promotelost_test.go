package plan_test

import (
	"errors"
	"testing"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// A promotion whose revision somebody deleted passes for done only where latest has got its pod.
func TestPromoteOfARevisionThatIsLost(t *testing.T) {
	const tooEarly = `revision "v2" of "foobar" was deleted with 100% of the traffic, before latest got its pod; go back: kubectl rio undo -n default foobar`
	before := &rio.Before{Template: "b"}
	for sentence, tc := range map[string]struct {
		before   *rio.Before
		lost     map[string]int
		current  string
		upToDate bool
		want     string
	}{
		"latest is as it was":            {before, map[string]int{"v2": 100}, "b", true, tooEarly},
		"latest has its pod":             {before, map[string]int{"v2": 100}, "c", true, ""},
		"latest gets its pod":            {before, map[string]int{"v2": 100}, "b", false, ""},
		"step 5 has removed it":          {before, nil, "b", true, ""},
		"nobody knows what it was":       {nil, map[string]int{"v2": 100}, "b", true, ""},
		"an undo that has no way back":   {&rio.Before{Template: "b", Undo: true}, map[string]int{"v2": 100}, "b", true, ""},
		"an undo, which is taken back":   {&rio.Before{Template: "b", Undo: true, From: 2}, map[string]int{"v2": 0}, "b", true, `revision "v2" of "foobar" was deleted, before latest got its pod; go back: kubectl rio undo -n default --to 2 foobar`},
		"nothing of it leads anybody on": {before, map[string]int{"v3": 0}, "b", true, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := foobar()
			s.Promoting, s.Before, s.Lost = "v2", tc.before, tc.lost
			s.Drop("v2")
			latest, _ := s.Latest()
			latest.Weight, latest.Observed = 100, &rio.Observed{Template: latest.Template, UpToDate: tc.upToDate}
			history := []rio.Release{{Number: 3, Hash: "c", Current: tc.current == "c"}, {Number: 2, Hash: "b", Current: tc.current == "b"}, {Number: 1, Hash: "a"}}
			step, err := plan.Promote(s, "v2", nil, history)
			if lost := (plan.LostError{}); tc.want != "" && !errors.As(err, &lost) {
				t.Errorf("%T: %+v", err, step)
			}
			if tc.want != "" {
				wantError(t, tc.want, err)
			} else if err != nil || step.Number != 5 {
				t.Errorf("%v, %+v", err, step)
			}
		})
	}
}
