package manifest

import (
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// KindRole and KindRoleBinding are what a revision's pods may do in their stack.
const (
	KindRole        = "Role"
	KindRoleBinding = "RoleBinding"
)

func role(ref rio.Ref, rules []rbacv1.PolicyRule) *rbacv1.Role {
	return &rbacv1.Role{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: KindRole},
		ObjectMeta: meta(ref, ref.ObjectName(), rio.Labels(ref)),
		Rules:      rules,
	}
}

func roleBinding(ref rio.Ref, name, role string) *rbacv1.RoleBinding {
	return &rbacv1.RoleBinding{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: KindRoleBinding},
		ObjectMeta: meta(ref, name, rio.Labels(ref)),
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: KindRole, Name: role},
		Subjects:   subject(ref),
	}
}
