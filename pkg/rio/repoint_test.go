package rio_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// A promotion that makes one revision of two leaves routes that may be changed again.
func TestRepointedRoutesAreValid(t *testing.T) {
	first := rio.Resolved{HTTP: 80}
	for sentence, tc := range map[string]struct {
		to   []rio.RouteTarget
		want []rio.RouteTarget
	}{
		"a port that is named, and the same that is not": {
			[]rio.RouteTarget{{Service: "web", Revision: "v2", Port: 80, Weight: 10, Resolved: first}, {Service: "web", Revision: "latest", Weight: 90, Resolved: first}},
			[]rio.RouteTarget{{Service: "web", Revision: "latest", Port: 80, Resolved: first}},
		},
		"ports of their own": {
			[]rio.RouteTarget{{Service: "web", Revision: "v2", Port: 81, Weight: 10, Resolved: first}, {Service: "web", Revision: "latest", Weight: 90, Resolved: first}},
			[]rio.RouteTarget{{Service: "web", Revision: "latest", Port: 81, Weight: 10, Resolved: first}, {Service: "web", Revision: "latest", Weight: 90, Resolved: first}},
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := routed(100, 0, tc.to...)
			s.Repoint("v2", rio.Latest)
			r := s.Routes[0].Routes[0]
			if diff := cmp.Diff(tc.want, r.To); diff != "" {
				t.Error(diff)
			}
			if err := r.Validate(); err != nil {
				t.Error(err)
			}
		})
	}
}
