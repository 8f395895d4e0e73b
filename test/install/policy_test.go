package install

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubectl-rio/kubectl-rio/pkg/admission"
	"github.com/kubectl-rio/kubectl-rio/test/labelled"
)

var workloadKinds = map[string]schema.GroupVersionResource{
	"Deployment":  {Group: "apps", Version: "v1", Resource: "deployments"},
	"StatefulSet": {Group: "apps", Version: "v1", Resource: "statefulsets"},
	"DaemonSet":   {Group: "apps", Version: "v1", Resource: "daemonsets"},
}

var dryRunAll = []string{metav1.DryRunAll}

// TestModesLabelAlike plays the table of pkg/admission on the API server, with the webhook
// and with the policy.
func TestModesLabelAlike(t *testing.T) {
	p, ok := installed(t, "rio-test-modes")
	if !ok {
		return
	}
	s := p.newStack("", false)
	cases, err := labelled.Cases(s.name)
	if err != nil {
		t.Fatal(err)
	}
	// What is changed later is made before the namespace is a stack.
	for kind, resource := range workloadKinds {
		for i, c := range cases {
			if c.Operation != admissionv1.Update {
				continue
			}
			o := s.object(t, kind, c, i)
			if _, err := s.dynamic.Resource(resource).Namespace(s.name).Create(t.Context(), o, metav1.CreateOptions{}); err != nil {
				t.Fatalf("%s, %s: %v", kind, c.Name, err)
			}
		}
	}
	if _, err := p.kubectl.Run(t.Context(), "label", "namespace", s.name, "rio.cattle.io/stack=true"); err != nil {
		t.Fatal(err)
	}
	s.await(true)
	play := func(mode string) {
		for kind, resource := range workloadKinds {
			for i, c := range cases {
				if kind == "StatefulSet" && strings.Contains(c.Before.Name, ".") {
					continue // a StatefulSet's name is a host name, and a label
				}
				t.Run(mode+" "+kind+" "+c.Name, func(t *testing.T) {
					objects := s.dynamic.Resource(resource).Namespace(s.name)
					o := s.object(t, kind, c, i)
					if c.Operation == admissionv1.Update {
						o, err = objects.Update(t.Context(), o, metav1.UpdateOptions{DryRun: dryRunAll})
					} else {
						o, err = objects.Create(t.Context(), o, metav1.CreateOptions{DryRun: dryRunAll})
					}
					if err != nil {
						t.Fatal(err)
					}
					var got admission.Workload
					if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, &got); err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(c.After.Labels, got.Labels, cmpopts.EquateEmpty()); diff != "" {
						t.Error(diff)
					}
					if diff := cmp.Diff(c.After.Spec, got.Spec); diff != "" {
						t.Error(diff)
					}
				})
			}
		}
	}
	play("webhook")
	webhook := []string{"labels.mode=webhook"}
	p.with(webhook, "labels.mode=none")
	s.await(false)
	p.set("labels.mode=policy")
	s.await(true)
	play("policy")
	if out, err := p.kubectl.Run(t.Context(), "get", "deployment,mutatingwebhookconfiguration", "-n", "rio-system", "-o", "name"); err != nil || strings.Contains(out, "rio-webhook") {
		t.Errorf("with the policy there still is a webhook: %v\n%s", err, out)
	}
}

// object is the case's workload, of a kind and without pods. What is updated must be there.
func (s stack) object(t *testing.T, kind string, c labelled.Case, i int) *unstructured.Unstructured {
	t.Helper()
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&c.Before)
	if err != nil {
		t.Fatal(err)
	}
	o := &unstructured.Unstructured{Object: content}
	o.SetAPIVersion("apps/v1")
	o.SetKind(kind)
	if c.Operation == admissionv1.Update {
		o.SetName(fmt.Sprintf("web-%d", i))
	}
	for field, value := range map[string]any{
		"containers":   []any{map[string]any{"name": "web", "image": "echo:v1"}},
		"nodeSelector": map[string]any{"no-such": "node"},
	} {
		if err := unstructured.SetNestedField(o.Object, value, "spec", "template", "spec", field); err != nil {
			t.Fatal(err)
		}
	}
	return o
}
