package plan_test

import (
	"testing"

	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// sizedByKubectl is foobar, all of whose traffic five pods of v2 serve, while kubectl gave latest n.
func sizedByKubectl(n int32) rio.Service {
	s := foobar()
	latest, v2 := &s.Revisions[0], &s.Revisions[1]
	latest.Weight, latest.Replicas, latest.Observed = 0, nil, &rio.Observed{Workload: "deployment/foobar", ByHand: true, Replicas: n, Template: latest.Template}
	v2.Weight, v2.Replicas = 100, ptr.To[int32](5)
	return s
}

// What kubectl set is kept by nobody: latest gets the pods that the traffic needs, and before any of it
// moves it is tried whether they may be taken over.
func TestPromoteOntoALatestThatKubectlScaled(t *testing.T) {
	for sentence, tc := range map[string]struct {
		has      int32
		replicas *int32
		want     *int32
	}{
		"to fewer":                    {1, nil, ptr.To[int32](5)},
		"to none":                     {0, nil, ptr.To[int32](5)},
		"to as many, which stay so":   {5, nil, nil},
		"to more, which stay so":      {7, nil, nil},
		"to what is asked for":        {1, ptr.To[int32](1), nil},
		"to fewer than are asked for": {1, ptr.To[int32](6), ptr.To[int32](6)},
		"to more than are asked for":  {7, ptr.To[int32](6), ptr.To[int32](6)},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := sizedByKubectl(tc.has)
			first, err := plan.Promote(s, "v2", tc.replicas, nil)
			if err != nil || first.Rehearse == nil {
				t.Fatalf("%v, %+v", err, first)
			}
			tried, _ := first.Rehearse.Latest()
			s.Promoting, s.Revisions[0].Template = "v2", s.Revisions[1].Template
			then, err := plan.Promote(s, "v2", tc.replicas, nil)
			if err != nil {
				t.Fatal(err)
			}
			rolled, _ := then.Target.Latest()
			if !ptr.Equal(tried.Replicas, tc.want) || !ptr.Equal(rolled.Replicas, tc.want) || (then.Number == 2) != (tc.want != nil) {
				t.Errorf("tried with %v, in step %d with %v, want %v", tried.Replicas, then.Number, rolled.Replicas, tc.want)
			}
		})
	}
}

// Where somebody else keeps latest at nothing, nothing could take the traffic back.
func TestPromoteOntoALatestThatIsKeptAtNothing(t *testing.T) {
	s := sizedByKubectl(0)
	s.Revisions[0].Observed.ByHand = false
	_, err := plan.Promote(s, "v2", nil, nil)
	wantError(t, `another tool, an autoscaler perhaps, keeps latest of "foobar" at 0 pods, and nobody would serve what comes back to it; give it some first: kubectl scale -n default deployment/foobar --replicas=5`, err)
	s.Ports = nil
	if _, err := plan.Promote(s, "v2", nil, nil); err != nil {
		t.Errorf("nothing comes back where nothing is routed: %v", err)
	}
}
