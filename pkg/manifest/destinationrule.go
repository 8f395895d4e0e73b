package manifest

import (
	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// The kinds of Istio's that are written, in its newest API version.
const (
	istioVersion        = "networking.istio.io/v1"
	KindDestinationRule = "DestinationRule"
	KindVirtualService  = "VirtualService"
)

// destinationRule has a subset for every revision, also those without weight: a
// subset must be known to the gateways before a route may name it.
func destinationRule(s rio.Service) *istio.DestinationRule {
	dr := &istio.DestinationRule{
		TypeMeta:   metav1.TypeMeta{APIVersion: istioVersion, Kind: KindDestinationRule},
		ObjectMeta: meta(s.Ref(), s.Name, rio.ServiceLabels(s.Ref())),
		Spec:       networking.DestinationRule{Host: s.Name},
	}
	for _, r := range s.Revisions {
		dr.Spec.Subsets = append(dr.Spec.Subsets, &networking.Subset{
			Name: r.Name, Labels: map[string]string{rio.LabelRevision: r.Name},
		})
	}
	return dr
}

// Subsets are the names of a DestinationRule's subsets; other kinds have none.
func Subsets(o Object) []string {
	dr, ok := o.(*istio.DestinationRule)
	if !ok {
		return nil
	}
	var names []string
	for _, s := range dr.Spec.Subsets {
		names = append(names, s.Name)
	}
	return names
}

// WithSubsets is the rule with the other's further subsets added. A service that
// gains and loses revisions in one change passes through it.
func WithSubsets(rule, other Object) Object {
	merged := rule.(*istio.DestinationRule).DeepCopy()
	have := map[string]bool{}
	for _, s := range merged.Spec.Subsets {
		have[s.Name] = true
	}
	for _, s := range other.(*istio.DestinationRule).Spec.Subsets {
		if !have[s.Name] {
			merged.Spec.Subsets = append(merged.Spec.Subsets, s.DeepCopy())
		}
	}
	return merged
}
