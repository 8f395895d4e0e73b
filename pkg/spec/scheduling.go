package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
)

// nodeOperators are those of labels in those of node affinity.
var nodeOperators = map[selection.Operator]corev1.NodeSelectorOperator{
	selection.Equals: corev1.NodeSelectorOpIn, selection.DoubleEquals: corev1.NodeSelectorOpIn, selection.In: corev1.NodeSelectorOpIn,
	selection.NotEquals: corev1.NodeSelectorOpNotIn, selection.NotIn: corev1.NodeSelectorOpNotIn,
	selection.Exists: corev1.NodeSelectorOpExists, selection.DoesNotExist: corev1.NodeSelectorOpDoesNotExist,
	selection.GreaterThan: corev1.NodeSelectorOpGt, selection.LessThan: corev1.NodeSelectorOpLt,
}

// ParseNodeExpression reads an expression over a node's labels: foo=bar, foo!=bar, foo, !foo,
// foo in (bar, baz), foo notin (bar, baz), foo > 3, foo < 3, and several joined by &&.
func ParseNodeExpression(s string) ([]corev1.NodeSelectorRequirement, error) {
	var all []corev1.NodeSelectorRequirement
	for part := range strings.SplitSeq(s, "&&") {
		parsed, err := labels.ParseToRequirements(strings.TrimSpace(part))
		if err != nil || len(parsed) == 0 {
			return nil, fmt.Errorf("%q is not an expression over a node's labels; want for example: zone=a && cpus > 3 && !spot", strings.TrimSpace(part))
		}
		for _, p := range parsed {
			values := p.Values().UnsortedList()
			slices.Sort(values)
			if len(values) == 0 {
				values = nil
			}
			all = append(all, corev1.NodeSelectorRequirement{Key: p.Key(), Operator: nodeOperators[p.Operator()], Values: values})
		}
	}
	return all, nil
}

// nodeExpression is the inverse.
func nodeExpression(requirements []corev1.NodeSelectorRequirement) string {
	var parts []string
	for _, r := range requirements {
		values := strings.Join(r.Values, ", ")
		switch {
		case r.Operator == corev1.NodeSelectorOpExists:
			parts = append(parts, r.Key)
		case r.Operator == corev1.NodeSelectorOpDoesNotExist:
			parts = append(parts, "!"+r.Key)
		case r.Operator == corev1.NodeSelectorOpGt:
			parts = append(parts, r.Key+" > "+values)
		case r.Operator == corev1.NodeSelectorOpLt:
			parts = append(parts, r.Key+" < "+values)
		case r.Operator == corev1.NodeSelectorOpIn && len(r.Values) == 1:
			parts = append(parts, r.Key+"="+values)
		case r.Operator == corev1.NodeSelectorOpIn:
			parts = append(parts, r.Key+" in ("+values+")")
		case len(r.Values) == 1:
			parts = append(parts, r.Key+"!="+values)
		default:
			parts = append(parts, r.Key+" notin ("+values+")")
		}
	}
	return strings.Join(parts, " && ")
}

// overlay writes what is set of the choice of nodes. All that is required of every node stands in
// each of the terms, of which one must hold, so what is required is written whole.
func (s *Scheduling) overlay(p *corev1.PodSpec) error {
	if s == nil {
		return nil
	}
	if s.Scheduler != "" {
		p.SchedulerName = s.Scheduler
	}
	if s.Node == nil {
		return nil
	}
	if p.Affinity == nil {
		p.Affinity = &corev1.Affinity{}
	}
	if p.Affinity.NodeAffinity == nil {
		p.Affinity.NodeAffinity = &corev1.NodeAffinity{}
	}
	return s.Node.overlay(p.Affinity.NodeAffinity)
}

func (n Node) overlay(a *corev1.NodeAffinity) error {
	if n.NodeName != "" || n.RequireAll != nil || n.RequireAny != nil {
		required, err := n.over(nodeFrom(a)).terms()
		if err != nil {
			return err
		}
		if a.RequiredDuringSchedulingIgnoredDuringExecution = nil; len(required) > 0 {
			a.RequiredDuringSchedulingIgnoredDuringExecution = &corev1.NodeSelector{NodeSelectorTerms: required}
		}
	}
	if n.Preferred == nil {
		return nil
	}
	a.PreferredDuringSchedulingIgnoredDuringExecution = nil
	for i, expression := range n.Preferred {
		term, err := ParseNodeExpression(expression)
		if err != nil {
			return err
		}
		weight := max(100-int32(i), 1) // what is named first counts most
		a.PreferredDuringSchedulingIgnoredDuringExecution = append(a.PreferredDuringSchedulingIgnoredDuringExecution,
			corev1.PreferredSchedulingTerm{Weight: weight, Preference: corev1.NodeSelectorTerm{MatchExpressions: term}})
	}
	return nil
}

// over is what is required with what is set here in place of what was there.
func (n Node) over(was *Node) Node {
	if was == nil {
		return n
	}
	n.NodeName = cmp.Or(n.NodeName, was.NodeName)
	if n.RequireAll == nil {
		n.RequireAll = was.RequireAll
	}
	if n.RequireAny == nil {
		n.RequireAny = was.RequireAny
	}
	return n
}

func (n Node) terms() ([]corev1.NodeSelectorTerm, error) {
	base := corev1.NodeSelectorTerm{}
	if n.NodeName != "" {
		base.MatchFields = []corev1.NodeSelectorRequirement{{Key: metav1.ObjectNameField, Operator: corev1.NodeSelectorOpIn, Values: []string{n.NodeName}}}
	}
	for _, expression := range n.RequireAll {
		all, err := ParseNodeExpression(expression)
		if err != nil {
			return nil, err
		}
		base.MatchExpressions = append(base.MatchExpressions, all...)
	}
	if len(n.RequireAny) == 0 {
		if len(base.MatchFields)+len(base.MatchExpressions) == 0 {
			return nil, nil
		}
		return []corev1.NodeSelectorTerm{base}, nil
	}
	var terms []corev1.NodeSelectorTerm
	for _, expression := range n.RequireAny {
		one, err := ParseNodeExpression(expression)
		if err != nil {
			return nil, err
		}
		terms = append(terms, corev1.NodeSelectorTerm{MatchFields: base.MatchFields, MatchExpressions: slices.Concat(base.MatchExpressions, one)})
	}
	return terms, nil
}
