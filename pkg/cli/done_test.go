package cli

import (
	"bytes"
	"context"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// A promotion of which all is written is not to be repeated: there is no such revision any more.
func TestAPromotionThatIsDone(t *testing.T) {
	plain, routed := rio.Service{}, rio.Service{Ports: []rio.Port{{Number: 80, Protocol: "http"}}}
	service, workload := deleted{&corev1.Service{}}, deleted{&appsv1.Deployment{}}
	for sentence, tc := range map[string]struct {
		ref    string
		step   plan.Step
		result []manifest.Object
		want   bool
	}{
		"the workload went, which is the last":  {"foobar:v2", plan.Step{Last: true, Target: plain}, []manifest.Object{service, workload}, true},
		"it did not":                            {"foobar:v2", plan.Step{Last: true, Target: plain}, []manifest.Object{service}, false},
		"the note went, after the workload":     {"foobar:v2", plan.Step{Last: true, Target: routed}, []manifest.Object{&corev1.Service{}}, true},
		"it did not go":                         {"foobar:v2", plan.Step{Last: true, Target: routed}, nil, false},
		"the note is still to go":               {"foobar:v2", plan.Step{Target: routed}, []manifest.Object{service, workload}, false},
		"latest was rolled, in place of a step": {"foobar:v2", plan.Step{Target: plain}, []manifest.Object{&appsv1.Deployment{}}, false},
		"an undo is repeated, and says so":      {"foobar", plan.Step{Last: true, Target: routed}, []manifest.Object{&corev1.Service{}}, false},
	} {
		if got := done(refOf(t, tc.ref), tc.step, tc.result); got != tc.want {
			t.Errorf("%s: got %v", sentence, got)
		}
	}
	var out bytes.Buffer
	report(&out, explainDone(refOf(t, "foobar:v2"), context.Canceled))
	if want := "error: promotion of \"foobar:v2\" is done, but its end was not seen; see: kubectl rio ps -n default foobar; go back: kubectl rio undo -n default foobar\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}
