package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// A command that was killed is given again: it first wants to see served what the killed one has
// written, and must not want what nobody wrote.
func TestEarlier(t *testing.T) {
	leading := func(to string) []rio.RouteSet {
		return []rio.RouteSet{{Namespace: "default", Name: "www", Routes: []rio.Route{{To: []rio.RouteTarget{
			{Service: "web", Resolved: rio.Resolved{Split: map[string]int{to: 100}}}}}}}}
	}
	for sentence, tc := range map[string]struct {
		before    rio.Service
		revisions []string
		routes    int
	}{
		"traffic is at the revision, and routes have followed": {
			rio.Service{Promoting: "v2", Revisions: []rio.Revision{{Name: rio.Latest}, {Name: "v2", Weight: 100}}, Routes: leading("v2")},
			[]string{rio.Latest, "v2"}, 1,
		},
		"traffic is at the revision, and routes have not followed": {
			rio.Service{Promoting: "v2", Revisions: []rio.Revision{{Name: rio.Latest}, {Name: "v2", Weight: 100}}, Routes: leading(rio.Latest)},
			[]string{rio.Latest, "v2"}, 0,
		},
		"traffic is back, and the revision may be half gone": {
			rio.Service{Promoting: "v2", Revisions: []rio.Revision{{Name: rio.Latest, Weight: 100}, {Name: "v2"}, {Name: "v3"}}},
			[]string{rio.Latest, "v3"}, 0,
		},
		"chosen users are still sent to the revision": {
			rio.Service{Promoting: "v2", Revisions: []rio.Revision{{Name: rio.Latest, Weight: 100}, {Name: "v2", Match: []rio.Match{{}}}}},
			[]string{rio.Latest, "v2"}, 0,
		},
		"a removal is under way": {
			rio.Service{Removing: "v3", Revisions: []rio.Revision{{Name: rio.Latest, Weight: 70}, {Name: "v2", Weight: 30}, {Name: "v3"}}},
			[]string{rio.Latest, "v2"}, 0,
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			tc.before.Namespace, tc.before.Name = "default", "web"
			var names []string
			got := plan.Earlier(tc.before)
			for _, r := range got.Revisions {
				names = append(names, r.Name)
			}
			if diff := cmp.Diff(tc.revisions, names); diff != "" {
				t.Errorf("revisions that are asked for (-want +got):\n%s", diff)
			}
			if len(got.Routes) != tc.routes {
				t.Errorf("%d sets of routes are asked for, want %d", len(got.Routes), tc.routes)
			}
		})
	}
}
