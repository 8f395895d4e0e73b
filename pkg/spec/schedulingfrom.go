package spec

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
)

// schedulingFrom is the inverse of Scheduling.overlay.
func schedulingFrom(p corev1.PodSpec) *Scheduling {
	s := Scheduling{}
	if p.SchedulerName != corev1.DefaultSchedulerName {
		s.Scheduler = p.SchedulerName
	}
	if p.Affinity != nil && p.Affinity.NodeAffinity != nil {
		s.Node = nodeFrom(p.Affinity.NodeAffinity)
	}
	if s.Scheduler == "" && s.Node == nil {
		return nil
	}
	return &s
}

// nodeFrom takes what all terms have in common for what is required of every node.
func nodeFrom(a *corev1.NodeAffinity) *Node {
	n := Node{}
	if required := a.RequiredDuringSchedulingIgnoredDuringExecution; required != nil && len(required.NodeSelectorTerms) > 0 {
		terms := required.NodeSelectorTerms
		if f := terms[0].MatchFields; len(f) == 1 && len(f[0].Values) == 1 {
			n.NodeName = f[0].Values[0]
		}
		common := commonStart(terms)
		for _, r := range terms[0].MatchExpressions[:common] {
			n.RequireAll = append(n.RequireAll, nodeExpression([]corev1.NodeSelectorRequirement{r}))
		}
		for _, t := range terms {
			if len(t.MatchExpressions) == common { // it asks for nothing more, so no term does
				n.RequireAny = nil
				break
			}
			n.RequireAny = append(n.RequireAny, nodeExpression(t.MatchExpressions[common:]))
		}
	}
	for _, p := range a.PreferredDuringSchedulingIgnoredDuringExecution {
		n.Preferred = append(n.Preferred, nodeExpression(p.Preference.MatchExpressions))
	}
	if n.NodeName == "" && len(n.RequireAll)+len(n.RequireAny)+len(n.Preferred) == 0 {
		return nil
	}
	return &n
}

// commonStart counts the expressions that all terms begin with.
func commonStart(terms []corev1.NodeSelectorTerm) int {
	first := terms[0].MatchExpressions
	for i := range first {
		differs := func(t corev1.NodeSelectorTerm) bool {
			return i >= len(t.MatchExpressions) || !equality.Semantic.DeepEqual(t.MatchExpressions[i], first[i])
		}
		if slices.ContainsFunc(terms, differs) {
			return i
		}
	}
	return len(first)
}
