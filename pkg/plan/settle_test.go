package plan_test

import (
	"testing"

	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// A revision goes only when latest has become it, pods and all. Where traffic comes back to latest
// that is waited for before, in step 3.
func TestARevisionGoesWhenLatestIsWhole(t *testing.T) {
	for sentence, tc := range map[string]struct {
		change func(*rio.Service)
		want   string
	}{
		"nothing routes to it": {func(s *rio.Service) {
			s.Ports, s.Gateway, s.Domain = nil, "", ""
			s.Revisions[0].Weight = 100
		}, rio.Latest},
		"another one has all the traffic": {func(s *rio.Service) {
			s.Promoting = "v2"
			s.Put(rio.Revision{Name: "v3", Kind: "Deployment", Replicas: ptr.To[int32](1), Weight: 100, Template: s.Revisions[0].Template})
		}, rio.Latest},
		"latest has the traffic again": {func(s *rio.Service) {
			s.Promoting, s.Revisions[0].Weight = "v2", 100
		}, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := foobar()
			s.Revisions[1] = likeLatest(s, 1)
			s.Revisions[0].Weight, s.Revisions[1].Weight = 0, 0
			tc.change(&s)
			step, err := plan.Promote(s, "v2", nil, nil)
			if err != nil || step.Number != 5 || step.Drain != "v2" || step.Settle != tc.want {
				t.Errorf("%v, %d %q waits for %q, want for %q", err, step.Number, step.Title, step.Settle, tc.want)
			}
		})
	}
}
