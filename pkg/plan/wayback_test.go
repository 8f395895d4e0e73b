package plan_test

import (
	"testing"

	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// A new version that breaks when latest has it, and the traffic, is broken in the revision as well: the way
// back does not lead over pods that do not serve. It replaces latest's where they are.
func TestTheWayBackFromAVersionThatBreaks(t *testing.T) {
	for sentence, tc := range map[string]struct {
		v2     rio.Observed
		number int
	}{
		"the revision serves":          {rio.Observed{Replicas: 3, Available: 3}, 1},
		"it is broken":                 {rio.Observed{Replicas: 3}, 2},
		"part of it is":                {rio.Observed{Replicas: 3, Available: 2}, 2},
		"somebody took its pods away":  {rio.Observed{}, 2},
		"an old pod of it goes beside": {rio.Observed{Replicas: 3, Available: 4, Total: 4}, 1},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := foobar()
			latest, v2 := &s.Revisions[0], &s.Revisions[1]
			was := latest.Template
			latest.Template, latest.Weight = v2.Template, 100
			v2.Weight, v2.Observed = 0, &tc.v2
			v2.Observed.Template = v2.Template
			s.Promoting, s.Before = "v2", &rio.Before{Weight: 30, Template: "a"}
			history := []rio.Release{{Number: 2, Hash: "b", Current: true, Template: v2.Template}, {Number: 1, Hash: "a", Template: was}}
			step, err := plan.Undo(s, history, 0, asIs)
			if err != nil || step.Number != tc.number || step.Last {
				t.Fatalf("%v, step %d %q, want %d", err, step.Number, step.Title, tc.number)
			}
			now, _ := step.Target.Latest()
			if back := equality.Semantic.DeepEqual(now.Template, was); back != (tc.number == 2) || back != (now.Weight == 100) {
				t.Errorf("latest has its pod back %t, and %d%%", back, now.Weight)
			}
		})
	}
}
