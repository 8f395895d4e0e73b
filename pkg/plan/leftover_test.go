package plan_test

import (
	"testing"

	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// An undo that was stopped leaves its revision staged. The next one, to another release, tries latest with
// the pod of that release, not with the one that still runs.
func TestUndoBesideALeftOverOne(t *testing.T) {
	s := foobar()
	was, is := s.Revisions[1].Template, s.Revisions[0].Template
	s.Drop("v2")
	s.Revisions[0].Weight = 100
	s.Put(rio.Revision{Name: plan.UndoRevision, Kind: "Deployment", Replicas: ptr.To[int32](3), Template: is, Observed: &rio.Observed{Replicas: 3, Template: is}})
	step, err := plan.Undo(s, []rio.Release{{Number: 3, Hash: "c", Current: true, Template: is}, {Number: 2, Hash: "b", Template: was}}, 0, asIs)
	if err != nil || step.Number != 0 || step.Rehearse == nil {
		t.Fatalf("%v, %+v", err, step)
	}
	staged, _ := step.Target.Revision(plan.UndoRevision)
	tried, _ := step.Rehearse.Latest()
	if staged.Template.Spec.Containers[0].Image != "httpd" || tried.Template.Spec.Containers[0].Image != "httpd" {
		t.Errorf("it stages %q and tries %q", staged.Template.Spec.Containers[0].Image, tried.Template.Spec.Containers[0].Image)
	}
}
