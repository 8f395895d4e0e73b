package plan_test

import (
	"testing"

	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Where latest has no pods, nobody is served by them while they are replaced: what was before comes in
// its place, and nothing is staged that no promotion could bring further.
func TestUndoOfALatestWithoutPods(t *testing.T) {
	for sentence, scaled := range map[string]func(latest, v2 *rio.Revision){
		"that gets the requests all the same": func(latest, v2 *rio.Revision) { latest.Weight, v2.Weight = 100, 0 },
		"while the revision has the traffic":  func(latest, v2 *rio.Revision) { latest.Weight, v2.Weight = 0, 100 },
		"that kubectl took": func(latest, _ *rio.Revision) {
			latest.Replicas, latest.Observed = nil, &rio.Observed{Template: latest.Template, ByHand: true}
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := foobar()
			latest, v2 := &s.Revisions[0], &s.Revisions[1]
			latest.Replicas = ptr.To[int32](0)
			scaled(latest, v2)
			want := s.Clone()
			want.Revisions[0].Template = v2.Template
			step, err := plan.Undo(s, []rio.Release{{Number: 2, Hash: "b", Current: true}, {Number: 1, Hash: "a", Template: v2.Template}}, 0, asIs)
			if err != nil || step.Number != 1 || step.Of != 1 || !step.Alters || !step.Last {
				t.Fatalf("%v, %+v", err, step)
			}
			same(t, "undone", want, step.Target)
		})
	}
}
