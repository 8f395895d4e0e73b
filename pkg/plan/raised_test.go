package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// A split that is made, for the first time or because somebody deleted it, leads requests to staged
// revisions as one that is changed does: their pods are looked at first.
func TestRaisedByASplitThatIsMade(t *testing.T) {
	first := foobar()
	first.Drop("v2")
	first.Revisions[0].Weight = 100
	chosen := foobar()
	chosen.Revisions[0].Weight, chosen.Revisions[1].Weight = 100, 0
	chosen.Revisions[1].Match = []rio.Match{{Kind: rio.MatchHeader, Name: "x", Value: "1"}}
	idle := foobar()
	idle.Revisions[0].Weight, idle.Revisions[1].Weight = 100, 0
	for sentence, tc := range map[string]struct {
		s    rio.Service
		want []rio.Ref
	}{
		"a service's first split":       {first, nil},
		"a staged revision has a share": {foobar(), []rio.Ref{foobar().Ref().Of("v2")}},
		"it has chosen requests":        {chosen, []rio.Ref{foobar().Ref().Of("v2")}},
		"it has nothing":                {idle, nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := worldOf(tc.s)
			delete(w, "VirtualService/foobar")
			changes := plan.Diff(w.objects(), tc.s)
			if len(changes) != 1 || changes[0].Op != plan.Create || manifest.Weights(changes[0].After) == nil {
				t.Fatalf("%v", describe(changes))
			}
			if diff := cmp.Diff(tc.want, changes.Raised(0)); diff != "" {
				t.Error(diff)
			}
		})
	}
	if raised := (plan.Change{Op: plan.Delete, Before: manifest.Render(foobar())[0]}).Raised(); len(raised) > 0 {
		t.Errorf("what goes leads to %v", raised)
	}
}
