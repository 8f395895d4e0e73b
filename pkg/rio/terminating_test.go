package rio_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestWhyTerminating(t *testing.T) {
	var ns corev1.Namespace
	for _, c := range []struct {
		status  corev1.ConditionStatus
		message string
	}{
		{corev1.ConditionFalse, "All resources successfully discovered"},
		{corev1.ConditionTrue, "Some resources are remaining: deployments.apps has 1 resource instances, persistentvolumeclaims. has 1 resource instances, pods. has 12 resource instances"},
		{corev1.ConditionTrue, "Some content in the namespace has finalizers remaining: example.com/a in 2 resource instances, kubernetes.io/pvc-protection in 1 resource instances"},
		{corev1.ConditionTrue, "Discovery failed for some groups: metrics.k8s.io/v1beta1"},
	} {
		ns.Status.Conditions = append(ns.Status.Conditions, corev1.NamespaceCondition{Status: c.status, Message: c.message})
	}
	want := "still there: 1 deployments, 1 persistentvolumeclaims, 12 pods\n" +
		"held by finalizers: example.com/a (of 2), kubernetes.io/pvc-protection (of 1)\n" +
		"Discovery failed for some groups: metrics.k8s.io/v1beta1"
	if got := rio.WhyTerminating(&ns); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
