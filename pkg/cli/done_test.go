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

func TestTheStepAfterWhichAJourneyStopped(t *testing.T) {
	const nothing, one, two, staging, before = "", "one", "two", "staging", "before"
	steps := map[string]plan.Step{nothing: {}, one: {Number: 1, Of: 5}, two: {Number: 2, Of: 5}, staging: {Of: 5}, before: {Number: 3, Of: 5}}
	for sentence, tc := range map[string]struct {
		last, begun, step string
		written           bool
		want              string
	}{
		"nothing is written":                            {nothing, nothing, one, false, nothing},
		"the first is written, and not confirmed":       {nothing, nothing, one, true, one},
		"one is taken, and nothing of the next written": {one, nothing, two, false, one},
		"one is taken, and the next not confirmed":      {one, nothing, two, true, one},
		"it goes on, and has written nothing":           {nothing, before, one, false, before},
		"it goes on, and has written":                   {nothing, before, one, true, one},
		"it stages again what was staged before":        {nothing, before, staging, true, before},
		"what it stages is written":                     {nothing, nothing, staging, true, staging},
		"what it staged is all":                         {staging, nothing, one, false, staging},
	} {
		if got := stoppedAfter(steps[tc.last], steps[tc.begun], steps[tc.step], tc.written); got.Number != steps[tc.want].Number || got.Of != steps[tc.want].Of {
			t.Errorf("%s: got step %d of %d", sentence, got.Number, got.Of)
		}
	}
}
