package plan_test

import (
	"fmt"
	"testing"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Two workloads that another tool gave the same names, as a chart gives its server and its worker, are
// one revision by their labels. No verb takes one of them for the other.
func TestTwoWorkloadsOfOneRevision(t *testing.T) {
	of := func(workload string, foreign bool) rio.Revision {
		return rio.Revision{Name: rio.Latest, Foreign: foreign, Observed: &rio.Observed{Workload: "deployment/" + workload}}
	}
	for sentence, tc := range map[string]struct {
		latest      [2]rio.Revision
		stays, goes string
	}{
		"kubectl rio's own is first":      {[2]rio.Revision{of("foobar", false), of("worker", true)}, "foobar", "worker"},
		"kubectl rio's own is second":     {[2]rio.Revision{of("a-worker", true), of("foobar", false)}, "foobar", "a-worker"},
		"neither is, one has the name":    {[2]rio.Revision{of("a-worker", true), of("foobar", true)}, "foobar", "a-worker"},
		"neither is, and none has it":     {[2]rio.Revision{of("web", true), of("worker", true)}, "web", "worker"},
		"the other's name ends like ours": {[2]rio.Revision{of("web", true), of("my-foobar", true)}, "web", "my-foobar"},
	} {
		s := foobar()
		s.Revisions = append(tc.latest[:], s.Revisions[1:]...)
		want := fmt.Sprintf(`deployment/%s and deployment/%s are both revision "latest" of "foobar" by their labels, and one alone may be; leave deployment/%[2]s out, whose pods are replaced for that: `+
			`kubectl patch -n default deployment/%[2]s -p '{"metadata":{"labels":{"rio.cattle.io":"false","rio.cattle.io/service":null}},"spec":{"template":{"metadata":{"labels":{"rio.cattle.io":null,"rio.cattle.io/service":null}}}}}'`,
			tc.stays, tc.goes)
		begun := s.Clone()
		begun.Promoting = "v2"
		for verb, do := range map[string]func() error{
			"weight":            func() error { _, err := plan.Weight(s, map[string]int{"v2": 5}); return err },
			"weight shown":      func() error { return plan.MayShow(s) },
			"scale":             func() error { _, err := plan.Scale(s, rio.Latest, rio.Scale{Min: 3, Max: 3}); return err },
			"promote":           func() error { _, err := plan.Promote(s, "v2", nil, nil); return err },
			"promote, half-way": func() error { _, err := plan.Promote(begun, "v2", nil, nil); return err },
			"undo":              func() error { _, err := plan.Undo(s, nil, 0, nil); return err },
			"rm":                func() error { _, err := plan.Remove(s, "", true); return err },
			"rm of another":     func() error { _, err := plan.RemoveSteps(s, "v2", true); return err },
			"release":           func() error { _, err := plan.Release(s, nil, nil, true); return err },
			"history":           func() error { return plan.Remembers(s, rio.Latest) },
		} {
			t.Run(sentence+": "+verb, func(t *testing.T) { wantError(t, want, do()) })
		}
	}
}
