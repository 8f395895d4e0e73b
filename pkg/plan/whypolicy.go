package plan

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// OfNobody reports whether no pod has answered: nothing came back, or what the gateway says in its place.
func (a *Answer) OfNobody() bool {
	return a != nil && !a.Untrusted && !a.Unsecured && (a.Error != "" || a.Status >= 500 && !a.Own)
}

// shutting are the NetworkPolicies that keep the gateway from the pods of the way: those that select one, where none
// of them lets the gateway's namespace in. Whether the network heeds them is not known here; that nobody has answered is.
func (p Path) shutting() []string {
	var pods []corev1.Pod
	for _, r := range p.inView() {
		pods = append(pods, p.podsOf(r.Name)...)
	}
	gateway, _, _ := strings.Cut(p.Service.Gateway, "/")
	var names []string
	for _, policy := range p.Policies.Items {
		if !slices.ContainsFunc(pods, func(pod corev1.Pod) bool { return guards(policy, pod) }) {
			continue
		}
		if slices.ContainsFunc(policy.Spec.Ingress, func(rule networkingv1.NetworkPolicyIngressRule) bool { return letsIn(rule, gateway) }) {
			return nil
		}
		names = append(names, policy.Name)
	}
	return names
}

// guards reports whether a policy says who may reach a pod.
func guards(policy networkingv1.NetworkPolicy, pod corev1.Pod) bool {
	types := policy.Spec.PolicyTypes
	selector, err := metav1.LabelSelectorAsSelector(&policy.Spec.PodSelector)
	return err == nil && selector.Matches(labels.Set(pod.Labels)) && (len(types) == 0 || slices.Contains(types, networkingv1.PolicyTypeIngress))
}

// letsIn reports whether a rule may let in pods of a namespace. Of that one's labels the one that Kubernetes sets is
// known, and neither addresses nor ports are looked at.
func letsIn(rule networkingv1.NetworkPolicyIngressRule, namespace string) bool {
	known := labels.Set{corev1.LabelMetadataName: namespace}
	return len(rule.From) == 0 || slices.ContainsFunc(rule.From, func(peer networkingv1.NetworkPolicyPeer) bool {
		selector, err := metav1.LabelSelectorAsSelector(peer.NamespaceSelector)
		return peer.IPBlock != nil || err == nil && selector.Matches(known)
	})
}
