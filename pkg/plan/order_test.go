package plan_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Of what is written together, the split is first, and routes in stacks of which nobody knows whether
// the user may write there are last, whatever their names.
func TestTheSplitIsWrittenBeforeRoutes(t *testing.T) {
	s := foobar()
	for _, set := range []rio.Ref{{Namespace: "away", Service: "aaa"}, {Namespace: "default", Service: "bbb"}} {
		s.Routes = append(s.Routes, rio.RouteSet{Namespace: set.Namespace, Name: set.Service,
			Routes: []rio.Route{{To: []rio.RouteTarget{{Service: "foobar", Stack: "default"}}}}})
	}
	none, err := plan.Abort(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, end := range []rio.Service{none, s} { // back to latest, and up again
		w := worldOf(s)
		if end.Revisions[1].Weight > 0 {
			w = worldOf(none)
		}
		have := slices.DeleteFunc(w.objects(), func(o manifest.Object) bool { return manifest.Kind(o) != manifest.KindVirtualService })
		var order []string
		for _, c := range plan.Diff(have, end) {
			if c.Op == plan.Update {
				order = append(order, c.Object().GetNamespace()+"/"+c.Object().GetName())
			}
		}
		if diff := cmp.Diff([]string{"default/foobar", "default/bbb", "away/aaa"}, order); diff != "" {
			t.Error(diff)
		}
	}
}

// Where the workloads of a service are gone and its routes are there, run makes latest before they lead
// to it: it would wait for pods that nobody makes.
func TestASplitIsWrittenAfterTheLatestThatItLeadsTo(t *testing.T) {
	s := foobar()
	w := worldOf(s)
	have := slices.DeleteFunc(w.objects(), manifest.IsWorkload)
	s.Drop("v2")
	s.Revisions[0].Weight = 100
	made := false
	for _, c := range plan.Diff(have, s) {
		made = made || c.Op == plan.Create && manifest.IsWorkload(c.After)
		if len(c.Raised()) > 0 && !made {
			t.Errorf("%s %s is written before the pods that it leads to", c.Op, manifest.KindName(c.Object()))
		}
	}
	if !made {
		t.Error("latest is not made")
	}
}
