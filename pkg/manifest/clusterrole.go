package manifest

import (
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// KindClusterRole and KindClusterRoleBinding are what a revision's pods may do in the whole
// cluster. Both belong to no namespace; their labels say whose they are.
const (
	KindClusterRole        = "ClusterRole"
	KindClusterRoleBinding = "ClusterRoleBinding"
)

func clusterRole(ref rio.Ref, rules []rbacv1.PolicyRule) *rbacv1.ClusterRole {
	return &rbacv1.ClusterRole{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: KindClusterRole},
		ObjectMeta: metav1.ObjectMeta{Name: clusterName(ref), Labels: rio.Labels(ref)},
		Rules:      rules,
	}
}

func clusterRoleBinding(ref rio.Ref, name, role string) *rbacv1.ClusterRoleBinding {
	return &rbacv1.ClusterRoleBinding{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: KindClusterRoleBinding},
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: rio.Labels(ref)},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: KindClusterRole, Name: role},
		Subjects:   subject(ref),
	}
}
