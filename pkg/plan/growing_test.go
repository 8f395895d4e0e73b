package plan_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// A revision under an autoscaler grows when it gets the traffic: latest gets as many pods, in a step that
// is not the one before, and what grows when latest has the traffic again changes nothing.
func TestPromoteARevisionThatGrows(t *testing.T) {
	s := foobar()
	pods := func(n int32) {
		v2, ok := s.Revision("v2")
		if ok {
			v2.Replicas, v2.Observed = nil, &rio.Observed{Replicas: n, Template: v2.Template}
		}
	}
	pods(3)
	var steps []string
	for _, grown := range []int32{3, 4, 5, 5, 9, 9} {
		step, err := plan.Promote(s, "v2", nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		latest, _ := step.Target.Latest()
		steps = append(steps, fmt.Sprintf("%d %s: %d", step.Number, step.Title, *latest.Replicas))
		s = step.Target
		pods(grown)
	}
	want := []string{"1 traffic to v2: 3", "2 latest -> httpd: 3", "2 latest to 4 pods: 4", "2 latest to 5 pods: 5", "3 traffic to latest: 5", "5 remove v2: 5"}
	if diff := cmp.Diff(want, steps); diff != "" {
		t.Error(diff)
	}
}
