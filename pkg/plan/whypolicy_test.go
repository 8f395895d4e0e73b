package plan_test

import (
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// policyFrom is a NetworkPolicy for pods with a label, which lets in pods of these namespaces.
func policyFrom(name string, pods map[string]string, from ...map[string]string) networkingv1.NetworkPolicy {
	policy := networkingv1.NetworkPolicy{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: networkingv1.NetworkPolicySpec{PodSelector: metav1.LabelSelector{MatchLabels: pods}}}
	for _, namespace := range from {
		peer := networkingv1.NetworkPolicyPeer{NamespaceSelector: &metav1.LabelSelector{MatchLabels: namespace}}
		policy.Spec.Ingress = append(policy.Spec.Ingress, networkingv1.NetworkPolicyIngressRule{From: []networkingv1.NetworkPolicyPeer{peer}})
	}
	return policy
}

// shutBy is a way on which no pod answers, with these NetworkPolicies in the stack.
func shutBy(policies ...networkingv1.NetworkPolicy) func(*plan.Path) {
	return func(p *plan.Path) {
		p.Answer.Status, p.Answer.Own, p.Answer.Body = 503, false, "connection timeout"
		p.Policies.Items = policies
	}
}

var policyBreakages = func() map[string]breakage {
	foobar := map[string]string{rio.LabelService: "foobar"}
	named := func(name string) map[string]string { return map[string]string{"kubernetes.io/metadata.name": name} }
	samePods := policyFrom("within", foobar)
	samePods.Spec.Ingress = []networkingv1.NetworkPolicyIngressRule{{From: []networkingv1.NetworkPolicyPeer{{PodSelector: &metav1.LabelSelector{}}}}}
	fromAddress := policyFrom("address", foobar)
	fromAddress.Spec.Ingress = []networkingv1.NetworkPolicyIngressRule{{From: []networkingv1.NetworkPolicyPeer{{IPBlock: &networkingv1.IPBlock{CIDR: "10.0.0.0/8"}}}}}
	open := policyFrom("open", foobar)
	open.Spec.Ingress = []networkingv1.NetworkPolicyIngressRule{{}}
	egress := policyFrom("out", nil)
	egress.Spec.PolicyTypes = []networkingv1.PolicyType{networkingv1.PolicyTypeEgress}
	return map[string]breakage{
		"a policy lets nobody in": {id: "answer-policy", do: shutBy(policyFrom("deny", nil)),
			text: "(connection timeout); NetworkPolicy deny says who may", fix: "kubectl edit networkpolicy -n shop deny"},
		"policies let others in": {id: "answer-policy", do: shutBy(policyFrom("deny", nil), policyFrom("friends", foobar, named("bar"), named("baz")), samePods),
			text: "NetworkPolicy deny, friends, within says", fix: "kubectl edit networkpolicy -n shop deny friends within"},
		"a policy drops what comes": {id: "answer-policy", do: func(p *plan.Path) {
			shutBy(policyFrom("deny", nil))(p)
			p.Answer.Status, p.Answer.Error = 0, "no answer in 2s"
		}, text: "(no answer in 2s)"},
		"one policy of two lets the gateway in": {id: "answer-503", do: shutBy(policyFrom("deny", nil), policyFrom("gateway", foobar, named("rio-system")))},
		"a policy lets all namespaces in":       {id: "answer-503", do: shutBy(policyFrom("all", foobar, nil))},
		"a policy lets everybody in":            {id: "answer-503", do: shutBy(open)},
		"a policy lets addresses in":            {id: "answer-503", do: shutBy(fromAddress)},
		"a policy is for other pods":            {id: "answer-503", do: shutBy(policyFrom("deny", map[string]string{rio.LabelService: "bar"}))},
		"a policy is for what goes out":         {id: "answer-503", do: shutBy(egress)},
	}
}()
