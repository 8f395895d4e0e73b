package admission

import (
	"encoding/json"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
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

// revision is what a labelled workload carries, with other labels of its own.
func revision(service, revision string, other set) set {
	l := rio.Labels(rio.Ref{Namespace: "shop", Service: service, Revision: revision})
	delete(l, rio.LabelK8sManagedBy)
	maps.Copy(l, other)
	return l
}

func TestLabelCreate(t *testing.T) {
	absent := &metav1.LabelSelector{MatchLabels: set{"x": "y"},
		MatchExpressions: []metav1.LabelSelectorRequirement{{Key: rio.LabelService, Operator: metav1.LabelSelectorOpDoesNotExist}}}
	tests := map[string]struct {
		in        Workload
		own, pods set // wanted; nil: as they came
	}{
		"kubectl create deployment web": {
			in:  workload("web", set{"app": "web"}, set{"app": "web"}, matching(set{"app": "web"})),
			own: revision("web", "latest", nil), pods: revision("web", "latest", nil),
		},
		"without labels, its name is the service's": {
			in:  workload("web", nil, set{"x": "y"}, matching(set{"x": "y"})),
			own: revision("web", "latest", nil), pods: revision("web", "latest", set{"x": "y"}),
		},
		"our labels go before the recommended ones": {
			in:  workload("x", set{rio.LabelService: "web", rio.LabelRevision: "v2", rio.LabelK8sName: "other"}, nil, nil),
			own: revision("web", "v2", set{rio.LabelK8sName: "other"}), pods: revision("web", "v2", nil),
		},
		"the recommended ones go before app and version": {
			in:   workload("x", set{rio.LabelK8sName: "web", rio.LabelK8sVersion: "v2", "version": "v3"}, set{"version": "v3"}, nil),
			own:  revision("web", "v2", set{"version": "v3"}),
			pods: revision("web", "v2", set{"version": "v3"}),
		},
		"app and version": {
			in:  workload("web-v3", set{"app": "web", "version": "v3"}, nil, nil),
			own: revision("web", "v3", set{"version": "v3"}), pods: revision("web", "v3", nil),
		},
		"labels of the pods alone": {
			in:  workload("x", nil, set{"app": "web", "version": "v3"}, nil),
			own: revision("web", "v3", nil), pods: revision("web", "v3", set{"version": "v3"}),
		},
		"what a user wrote stays": {
			in:   workload("web", set{rio.LabelK8sPartOf: "suite"}, set{rio.LabelK8sPartOf: "suite", "tier": "front"}, nil),
			own:  revision("web", "latest", set{rio.LabelK8sPartOf: "suite"}),
			pods: revision("web", "latest", set{rio.LabelK8sPartOf: "suite", "tier": "front"}),
		},
		"a version that is no revision's name":     {in: workload("web", set{rio.LabelK8sVersion: "1.16.0"}, nil, nil)},
		"a service's name that is none":            {in: workload("web", set{"app": "Web_1"}, nil, nil)},
		"a name that would be another stack's":     {in: workload("web", set{"app": "other/web"}, nil, nil)},
		"a name that would be a revision":          {in: workload("web", set{"app": "web:v2"}, nil, nil)},
		"a generated name is not known yet":        {in: workload("", nil, set{"x": "y"}, nil)},
		"pods that another service selects by app": {in: workload("x", set{rio.LabelK8sName: "web"}, set{"app": "site"}, nil)},
		"labels copied from another stack":         {in: workload("web", set{rio.LabelNamespace: "old"}, nil, nil)},
		"a selector that asks for their absence":   {in: workload("web", nil, set{"x": "y"}, absent)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			want := test.in
			if test.own != nil {
				want.Labels, want.Spec.Template.Labels = test.own, test.pods
			}
			if diff := cmp.Diff(want, Label(test.in, Create)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLabelUpdate(t *testing.T) {
	whole := revision("web", "v2", nil)
	tests := map[string]struct{ in, want Workload }{
		"a revision gets back what was replaced away": {
			workload("web-v2", set{"x": "y"}, whole, nil), workload("web-v2", revision("web", "v2", set{"x": "y"}), whole, nil),
		},
		"what was none becomes none": {
			workload("web", set{"app": "web"}, set{"app": "web"}, nil), workload("web", set{"app": "web"}, set{"app": "web"}, nil),
		},
		"pods with a part of the labels are left alone": {
			workload("web", nil, set{rio.LabelService: "web"}, nil), workload("web", nil, set{rio.LabelService: "web"}, nil),
		},
		"an object that says another thing than its pods": {
			workload("web", set{rio.LabelRevision: "v3"}, whole, nil), workload("web", set{rio.LabelRevision: "v3"}, whole, nil),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, Label(test.in, Update)); diff != "" {
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
	maps := rapid.Map(rapid.MapOfN(keys, values, 0, 4), func(m set) set { return m })
	return rapid.Custom(func(t *rapid.T) Workload {
		pods := maps.Draw(t, "pods")
		selector := &metav1.LabelSelector{}
		for k, v := range pods { // a selector must match its pods
			if rapid.Bool().Draw(t, "selected") {
				metav1.AddLabelToSelector(selector, k, v)
			}
		}
		if absent := keys.Draw(t, "absent"); rapid.Bool().Draw(t, "with absent") && pods[absent] == "" {
			delete(pods, absent)
			delete(selector.MatchLabels, absent)
			selector.MatchExpressions = []metav1.LabelSelectorRequirement{{Key: absent, Operator: metav1.LabelSelectorOpDoesNotExist}}
		}
		return workload(rapid.SampledFrom([]string{"web", "web-v2", "", "a.b"}).Draw(t, "name"), maps.Draw(t, "own"), pods, selector)
	})
}

func TestLabelLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := workloads().Draw(t, "workload")
		op := rapid.SampledFrom([]Operation{Create, Update}).Draw(t, "operation")
		before, _ := json.Marshal(in)
		out := Label(in, op)
		if after, _ := json.Marshal(in); string(before) != string(after) {
			t.Fatalf("the input was changed: %s to %s", before, after)
		}
		if diff := cmp.Diff(out, Label(out, op)); diff != "" {
			t.Fatalf("twice is not once: %s", diff)
		}
		if diff := cmp.Diff(in.Spec.Selector, out.Spec.Selector); diff != "" {
			t.Fatalf("the selector was touched: %s", diff)
		}
		if op == Update && !maps.Equal(in.Spec.Template.Labels, out.Spec.Template.Labels) {
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
		if cmp.Equal(in, out) || op == Update {
			return
		}
		ref := rio.Ref{Namespace: "shop", Service: out.Labels[rio.LabelService], Revision: out.Labels[rio.LabelRevision]}
		if !labels.SelectorFromSet(rio.Selector(ref)).Matches(labels.Set(out.Spec.Template.Labels)) {
			t.Fatalf("the service of %q does not select the pods %v", ref, out.Spec.Template.Labels)
		}
	})
}

func FuzzLabel(f *testing.F) {
	f.Add([]byte(`{"metadata":{"name":"web","labels":{"app":"web"}},"spec":{"template":{"metadata":{}}}}`), true)
	f.Fuzz(func(t *testing.T, data []byte, create bool) {
		var w Workload
		if json.Unmarshal(data, &w) != nil {
			t.Skip()
		}
		op := Update
		if create {
			op = Create
		}
		once := Label(w, op)
		if diff := cmp.Diff(once, Label(once, op)); diff != "" {
			t.Fatal(diff)
		}
	})
}
