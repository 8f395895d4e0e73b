package spec

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

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

// Check refuses what is no expression over the labels of nodes.
func (n Node) Check() error {
	for _, expression := range slices.Concat(n.RequireAll, n.RequireAny, n.Preferred) {
		if _, err := ParseNodeExpression(expression); err != nil {
			return err
		}
	}
	return nil
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

// over is what is required with what is set here in place of what was there. What one of several
// rules asks for, or each of them, is read back as asked of all: where the new ones speak of the
// same label, it is theirs to replace.
func (n Node) over(was *Node) Node {
	if was == nil {
		return n
	}
	n.NodeName = cmp.Or(n.NodeName, was.NodeName)
	if n.RequireAll == nil {
		said := keysOf(n.RequireAny)
		n.RequireAll = slices.DeleteFunc(slices.Clone(was.RequireAll), func(rule string) bool { return keysOf([]string{rule}).HasAny(said.UnsortedList()...) })
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
