package manifest

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// KindNamespace is what a stack is.
const KindNamespace = "Namespace"

// Stack is the namespace of a stack.
func Stack(s rio.Stack) Object {
	ns := &corev1.Namespace{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: KindNamespace},
		ObjectMeta: metav1.ObjectMeta{Name: s.Name},
	}
	if s.Own {
		ns.Labels = map[string]string{rio.LabelStack: "true"}
	}
	ns.Annotations = described(s.Description)
	return ns
}

// described are the annotations of what people say something of.
func described(description string) map[string]string {
	return said(map[string]string{rio.AnnotationDescription: description})
}

// ParseStack is the inverse.
func ParseStack(ns *corev1.Namespace) rio.Stack {
	return rio.Stack{
		Name: ns.Name, Description: ns.Annotations[rio.AnnotationDescription], Own: ns.Labels[rio.LabelStack] == "true",
		Removing: ns.DeletionTimestamp != nil, Created: ns.CreationTimestamp.Time,
	}
}
