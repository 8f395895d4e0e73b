package rio

import (
	"regexp"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// What the namespace controller counts, in its own words: pods. has 2 resource instances, and
// kubernetes.io/pvc-protection in 1 resource instances (status_condition_utils.go of
// k8s.io/kubernetes/pkg/controller/namespace/deletion). Words that another version has stay as they are.
var (
	countedKind      = regexp.MustCompile(`([a-z0-9-]+)\.\S* has (\d+) resource instances`)
	countedFinalizer = regexp.MustCompile(`(\S+) in (\d+) resource instances`)
	remaining        = strings.NewReplacer("Some resources are remaining:", "still there:", "Some content in the namespace has finalizers remaining:", "held by finalizers:")
)

// WhyTerminating is what keeps a namespace that is being deleted, a reason a line; empty when
// nothing is known to:
// https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/namespace-v1/#NamespaceStatus
func WhyTerminating(ns *corev1.Namespace) string {
	var reasons []string
	for _, c := range ns.Status.Conditions {
		if c.Status == corev1.ConditionTrue {
			text := countedKind.ReplaceAllString(c.Message, "$2 $1")
			text = countedFinalizer.ReplaceAllString(text, "$1 (of $2)")
			reasons = append(reasons, remaining.Replace(text))
		}
	}
	return strings.Join(reasons, "\n")
}
