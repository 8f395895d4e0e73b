package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// A file that was written on one cluster names no Istio of it, unless its user did; and brought
// up there again, it is the same service.
func TestUnjoinedIsTheInverseOfJoin(t *testing.T) {
	for sentence, tc := range map[string]struct {
		labels map[string]string
		mesh   *bool
		joins  string
		want   map[string]string
	}{
		"what rio named is left out":           {nil, nil, "stable", nil},
		"another one is the user's":            {map[string]string{rio.LabelMeshRevision: "canary"}, nil, "stable", map[string]string{rio.LabelMeshRevision: "canary"}},
		"where none is needed, it is, too":     {map[string]string{rio.LabelMeshRevision: "canary"}, nil, "", map[string]string{rio.LabelMeshRevision: "canary"}},
		"out of the mesh there is none":        {nil, new(false), "stable", nil},
		"the other labels stay":                {map[string]string{"tier": "front"}, nil, "stable", map[string]string{"tier": "front"}},
		"the same, by the user, says the same": {map[string]string{rio.LabelMeshRevision: "stable"}, nil, "stable", nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			r := of("nginx")
			r.Labels, r.Mesh = tc.labels, tc.mesh
			gw := plan.Gateway{MeshRevision: tc.joins}
			before, err := plan.Up(rio.Service{Namespace: "shop", Name: "web"}, spec.Service{Revision: r}, gw, asIs)
			if err != nil {
				t.Fatal(err)
			}
			written := plan.Write(plan.Unjoined(before, gw))
			if diff := cmp.Diff(tc.want, written.Labels); diff != "" {
				t.Error(diff)
			}
			after, err := plan.Up(before, written, gw, asIs)
			if diff := cmp.Diff(before, after); err != nil || diff != "" {
				t.Errorf("error %v, up again changes:\n%s", err, diff)
			}
		})
	}
}

// What kubectl set runs all the same, and is kept by nobody; an autoscaler's number is no one's to write down.
func TestDescribeHasThePodsThatKubectlSet(t *testing.T) {
	s := sizedByKubectl(4)
	if got := plan.Describe(s).Scale; got == nil || *got != (rio.Scale{Min: 4, Max: 4}) {
		t.Errorf("scale %v, want 4", got)
	}
	s.Revisions[0].Observed.ByHand = false
	if got := plan.Describe(s).Scale; got != nil {
		t.Errorf("scale %v, want none where an autoscaler keeps it", got)
	}
}
