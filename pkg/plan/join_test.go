package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

func TestPodsNameTheRevisionOfIstio(t *testing.T) {
	ref := rio.Ref{Namespace: "default", Service: "foobar"}
	in := func(mesh *bool, labels map[string]string) spec.Revision {
		r := of("nginx")
		r.Mesh, r.Labels = mesh, labels
		return r
	}
	host := in(nil, nil)
	host.Net = "host"
	for sentence, tc := range map[string]struct {
		r        spec.Revision
		revision string
		want     map[string]string
	}{
		"where Istio takes all, none is named":     {in(nil, nil), "", map[string]string{rio.LabelInject: "true"}},
		"where it does not, the one that there is": {in(nil, nil), "stable", map[string]string{rio.LabelInject: "true", "istio.io/rev": "stable"}},
		"the user's choice stays":                  {in(nil, map[string]string{"istio.io/rev": "canary"}), "stable", map[string]string{rio.LabelInject: "true", "istio.io/rev": "canary"}},
		"out of the mesh none is":                  {in(new(false), nil), "stable", map[string]string{rio.LabelInject: "false"}},
		"nor is a choice then":                     {in(new(false), map[string]string{"istio.io/rev": "canary"}), "stable", map[string]string{rio.LabelInject: "false"}},
		"nor in the node's network":                {host, "stable", map[string]string{rio.LabelInject: "false"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			s, err := plan.Run(ref, tc.r, plan.Gateway{MeshRevision: tc.revision})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, s.Revisions[0].Template.Labels); diff != "" {
				t.Error(diff)
			}
		})
	}
}
