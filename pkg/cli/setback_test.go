package cli

import (
	"testing"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
)

// A step that is behind the last one says that this did not last; that nothing is left to do says that
// of two who do the same the other was faster.
func TestAStepThatDidNotLast(t *testing.T) {
	const of = plan.PromotionSteps
	for sentence, tc := range map[string]struct {
		last, step plan.Step
		want       bool
	}{
		"the next one":                 {plan.Step{Number: 2, Of: of}, plan.Step{Number: 3, Of: of}, false},
		"the one before":               {plan.Step{Number: 3, Of: of}, plan.Step{Number: 1, Of: of}, true},
		"the same":                     {plan.Step{Number: 1, Of: of, Title: "a"}, plan.Step{Number: 1, Of: of, Title: "a"}, true},
		"one of the same number":       {plan.Step{Number: 2, Of: of, Title: "a"}, plan.Step{Number: 2, Of: of, Title: "b"}, false},
		"the end of the last":          {plan.Step{Number: 5, Of: of, Drain: "v2"}, plan.Step{Number: 5, Of: of, Last: true}, false},
		"somebody else has done all":   {plan.Step{Number: 5, Of: of}, plan.Step{Last: true}, false},
		"somebody else has undone all": {plan.Step{Number: 2, Of: 3}, plan.Step{Last: true}, false},
	} {
		if got := setBack(tc.step, tc.last); got != tc.want {
			t.Errorf("%s: got %v", sentence, got)
		}
	}
}
