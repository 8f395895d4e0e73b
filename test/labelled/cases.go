// Package labelled is the table of what becomes of workloads that other tools make. It is
// played with the pure function beside it, and on a cluster with the webhook and the policy.
package labelled

import (
	_ "embed"
	"fmt"
	"maps"
	"strings"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rio/kubectl-rio/pkg/admission"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Case is a workload before and after it was labelled.
type Case struct {
	Name          string
	Operation     admissionv1.Operation
	Before, After admission.Workload
}

// row is a case as it is written in cases.yaml.
type row struct {
	Case         string                `json:"case"`
	Update       bool                  `json:"update"`
	Name         string                `json:"name"`
	GenerateName string                `json:"generateName"`
	Labels       map[string]string     `json:"labels"`
	Pods         map[string]string     `json:"pods"`
	Of           string                `json:"of"` // the pods are those of this revision
	Selector     *metav1.LabelSelector `json:"selector"`
	Becomes      string                `json:"becomes"`
}

//go:embed cases.yaml
var table string

// Cases are those of the table, in a stack. All but the names of their workloads are valid
// for an API server, and so are they.
func Cases(stack string) ([]Case, error) {
	var rows []row
	if err := yaml.UnmarshalStrict([]byte(strings.ReplaceAll(table, "STACK", stack)), &rows); err != nil {
		return nil, err
	}
	var cases []Case
	for _, r := range rows {
		c, err := r.inStack(stack)
		if err != nil {
			return nil, fmt.Errorf("case %q: %w", r.Case, err)
		}
		cases = append(cases, c)
	}
	return cases, nil
}

func (r row) inStack(stack string) (Case, error) {
	c := Case{Name: r.Case, Operation: admissionv1.Create}
	if r.Update {
		c.Operation = admissionv1.Update
	}
	b := &c.Before
	b.Namespace, b.Name, b.GenerateName, b.Labels = stack, r.Name, r.GenerateName, r.Labels
	if b.Name == "" && b.GenerateName == "" {
		b.Name = "web"
	}
	b.Spec.Template.Labels = r.Pods
	if b.Spec.Template.Labels == nil {
		b.Spec.Template.Labels = map[string]string{"x": "z"}
	}
	if r.Of != "" {
		labels, err := labelsOf(r.Of, stack)
		if err != nil {
			return c, err
		}
		maps.Copy(b.Spec.Template.Labels, labels)
	}
	b.Spec.Selector = r.Selector
	if b.Spec.Selector == nil {
		b.Spec.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{"x": "z"}}
	}
	c.After = c.Before
	if r.Becomes == "" {
		return c, nil
	}
	labels, err := labelsOf(r.Becomes, stack)
	if err != nil {
		return c, err
	}
	c.After.Labels = under(labels, b.Labels)
	if r.Update {
		return c, nil
	}
	for _, e := range b.Spec.Selector.MatchExpressions {
		delete(labels, e.Key) // the pods would not be its own any more
	}
	c.After.Spec.Template.Labels = under(labels, b.Spec.Template.Labels)
	return c, nil
}

// labelsOf are a revision's labels, but for the one that says who made it.
func labelsOf(name, stack string) (map[string]string, error) {
	ref, err := rio.ParseRef(name, stack)
	labels := rio.Labels(ref)
	delete(labels, rio.LabelK8sManagedBy)
	return labels, err
}

// under is labels with others over them.
func under(labels, others map[string]string) map[string]string {
	all := maps.Clone(labels)
	maps.Copy(all, others)
	return all
}
