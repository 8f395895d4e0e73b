package plan_test

import (
	"testing"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// A workload that keeps no history (revisionHistoryLimit 0) has forgotten what latest was as soon as latest
// is rolled: there is no way back, and none is feigned.
func TestUndoOfAPromotionThatNobodyRemembers(t *testing.T) {
	for sentence, tc := range map[string]struct {
		before *rio.Before
		want   string
	}{
		"what was is forgotten": {&rio.Before{Template: "a"},
			`deployment/foobar does not remember the pod that latest had before the promotion of "v2" (revisionHistoryLimit); finish that: kubectl rio promote -n default foobar:v2; then stage the earlier image: kubectl rio stage -n default --image IMAGE foobar:next`},
		"latest is what it was": {&rio.Before{Template: "b"}, ""},
		"nobody noted what was": {&rio.Before{}, ""},
		"the note was lost":     {nil, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := foobar()
			s.Promoting, s.Before = "v2", tc.before
			s.Revisions[0].Weight, s.Revisions[1].Weight = 0, 100
			step, err := plan.Undo(s, []rio.Release{{Number: 2, Hash: "b", Current: true, Template: s.Revisions[0].Template}}, 0, asIs)
			if tc.want != "" {
				wantError(t, tc.want, err)
			} else if err != nil || step.Number != 3 {
				t.Errorf("%v, step %d %q", err, step.Number, step.Title)
			}
		})
	}
}
