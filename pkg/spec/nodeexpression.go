package spec

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
	"k8s.io/apimachinery/pkg/util/sets"
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

// keysOf are the labels that expressions are about. What is wrong with one, terms says.
func keysOf(expressions []string) sets.Set[string] {
	keys := sets.New[string]()
	for _, expression := range expressions {
		requirements, _ := ParseNodeExpression(expression)
		for _, r := range requirements {
			keys.Insert(r.Key)
		}
	}
	return keys
}
