package plan_test

import (
	"slices"
	"testing"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// Somebody deleted the workload of a revision that a route names. Whatever writes the service next leads the
// route to latest, before the subset goes that it named; where the revision comes back, it stays.
func TestRoutesOfALostRevisionGoToLatest(t *testing.T) {
	step := func(step plan.Step, err error) (rio.Service, error) { return step.Target, err }
	for sentence, tc := range map[string]struct {
		do        func(rio.Service) (rio.Service, error)
		promoting bool
		stays     bool
	}{
		"rm":            {func(s rio.Service) (rio.Service, error) { return step(plan.RemoveSteps(s, "v2", false)) }, false, false},
		"abort":         {plan.Abort, false, false},
		"scale":         {func(s rio.Service) (rio.Service, error) { return plan.Scale(s, rio.Latest, rio.Scale{Min: 4, Max: 4}) }, false, false},
		"stage v3":      {func(s rio.Service) (rio.Service, error) { return plan.Stage(s, "v3", spec.Revision{}) }, false, false},
		"stage v2 anew": {func(s rio.Service) (rio.Service, error) { return plan.Stage(s, "v2", spec.Revision{}) }, false, true},
		"promote":       {func(s rio.Service) (rio.Service, error) { return step(plan.Promote(s, "v2", nil, nil)) }, true, false},
		"undo":          {func(s rio.Service) (rio.Service, error) { return step(plan.Undo(s, nil, 0, asIs)) }, true, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := foobar()
			s.Routes = []rio.RouteSet{{Namespace: "default", Name: "www", Routes: []rio.Route{{To: []rio.RouteTarget{
				{Service: "foobar", Revision: "v2", Resolved: rio.Resolved{HTTP: 80, Split: map[string]int{"v2": 100}}}}}}}}
			if tc.promoting {
				s.Promoting, s.Revisions[0].Weight, s.Revisions[1].Weight = "v2", 0, 100
			}
			w := worldOf(s)
			delete(w, "Deployment/foobar-v2")
			now := loadRouted(w, s.Ref())
			after, err := tc.do(now)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range plan.Diff(w.objects(), after) {
				w.write(c)
				if names := manifest.Named(w["VirtualService/www"], s.Ref()); !slices.Contains(manifest.Subsets(w["DestinationRule/foobar"]), names[0]) {
					t.Fatalf("after %v the route leads to subset %v, which is gone", describe(plan.ChangeSet{c}), names)
				}
			}
			to := loadRouted(w, s.Ref()).Routes[0].Routes[0].To[0]
			if stays := to.Revision == "v2"; stays != tc.stays || !stays && to.Split[rio.Latest] != 100 {
				t.Errorf("the route leads to %+v", to)
			}
			if now.Routes[0].Routes[0].To[0].Revision != "v2" {
				t.Error("what was read is changed")
			}
		})
	}
}
