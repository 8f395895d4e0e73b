package admission

import (
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

type set = map[string]string

func workload(name string, own, pods set, selector *metav1.LabelSelector) Workload {
	w := Workload{}
	w.Namespace, w.Name, w.Labels = "shop", name, own
	w.Spec.Template.Labels, w.Spec.Selector = pods, selector
	return w
}

func matching(l set) *metav1.LabelSelector { return &metav1.LabelSelector{MatchLabels: l} }

// What an API server would refuse is not in test/labelled: the webhook may see it all the same.
func TestLabelLeavesAloneWhatIsNotValid(t *testing.T) {
	for name, in := range map[string]Workload{
		"a name that would be another stack's": workload("web", set{"app": "other/web"}, nil, nil),
		"a name that would be a revision":      workload("web", set{"app": "web:v2"}, nil, nil),
		"no name at all":                       workload("", nil, nil, nil),
		"a selector that no pod matches":       workload("web", nil, nil, matching(set{rio.LabelService: "web"})),
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(in, Label(in, admissionv1.Create)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// workloads draws from few keys and values, so that they meet.
func workloads() *rapid.Generator[Workload] {
	keys := rapid.SampledFrom([]string{
		"app", "version", "x", rio.LabelManaged, rio.LabelNamespace, rio.LabelService, rio.LabelRevision, rio.LabelK8sName, rio.LabelK8sVersion,
	})
	values := rapid.SampledFrom([]string{"web", "v2", "shop", "true", "latest", "1.0", "", "a/b", "Web"})
	sets := rapid.Map(rapid.MapOfN(keys, values, 0, 4), func(m set) set { return m })
	return rapid.Custom(func(t *rapid.T) Workload {
		pods := sets.Draw(t, "pods")
		selector := &metav1.LabelSelector{}
		for _, k := range slices.Sorted(maps.Keys(pods)) { // a selector must match its pods
			if rapid.Bool().Draw(t, "selected") {
				metav1.AddLabelToSelector(selector, k, pods[k])
			}
		}
		if absent := keys.Draw(t, "absent"); rapid.Bool().Draw(t, "with absent") && pods[absent] == "" {
			delete(pods, absent)
			delete(selector.MatchLabels, absent)
			selector.MatchExpressions = []metav1.LabelSelectorRequirement{{Key: absent, Operator: metav1.LabelSelectorOpDoesNotExist}}
		}
		return workload(rapid.SampledFrom([]string{"web", "web-v2", "", "a.b"}).Draw(t, "name"), sets.Draw(t, "own"), pods, selector)
	})
}

// The soak draws ten million workloads.
func TestLabelLaws(t *testing.T) { rapid.Check(t, lawful) }

func lawful(t *rapid.T) {
	in := workloads().Draw(t, "workload")
	op := rapid.SampledFrom([]admissionv1.Operation{admissionv1.Create, admissionv1.Update}).Draw(t, "operation")
	before := Workload{*in.DeepCopy(), Spec{in.Spec.Selector.DeepCopy(), Template{*in.Spec.Template.DeepCopy()}}}
	out := Label(in, op)
	if !reflect.DeepEqual(before, in) {
		t.Fatalf("the input was changed: %s", cmp.Diff(before, in))
	}
	if again := Label(out, op); !reflect.DeepEqual(out, again) {
		t.Fatalf("twice is not once: %s", cmp.Diff(out, again))
	}
	if !reflect.DeepEqual(in.Spec.Selector, out.Spec.Selector) {
		t.Fatalf("the selector was touched: %s", cmp.Diff(in.Spec.Selector, out.Spec.Selector))
	}
	if op == admissionv1.Update && !maps.Equal(in.Spec.Template.Labels, out.Spec.Template.Labels) {
		t.Fatal("an update touched the pods")
	}
	for _, pair := range [][2]set{{in.Labels, out.Labels}, {in.Spec.Template.Labels, out.Spec.Template.Labels}} {
		for k, v := range pair[0] {
			if pair[1][k] != v {
				t.Fatalf("label %q was changed from %q to %q", k, v, pair[1][k])
			}
		}
	}
	selector, err := metav1.LabelSelectorAsSelector(in.Spec.Selector)
	if err == nil && selector.Matches(labels.Set(in.Spec.Template.Labels)) && !selector.Matches(labels.Set(out.Spec.Template.Labels)) {
		t.Fatal("the workload's own selector does not match its pods any more")
	}
	if op == admissionv1.Update || reflect.DeepEqual(in, out) {
		return
	}
	ref := rio.Ref{Namespace: "shop", Service: out.Labels[rio.LabelService], Revision: out.Labels[rio.LabelRevision]}
	if !labels.SelectorFromSet(rio.Selector(ref)).Matches(labels.Set(out.Spec.Template.Labels)) {
		t.Fatalf("the service of %q does not select the pods %v", ref, out.Spec.Template.Labels)
	}
}
