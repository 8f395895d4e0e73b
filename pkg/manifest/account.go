package manifest

import (
	"encoding/json"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// KindServiceAccount is the name under which a revision's pods speak to the API server.
const KindServiceAccount = "ServiceAccount"

// account is all that a revision's permissions need.
func account(s rio.Service, r rio.Revision) []Object {
	if !r.HasAccount() {
		return nil
	}
	ref := s.Ref().Of(r.Name)
	objects := []Object{&corev1.ServiceAccount{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: KindServiceAccount},
		ObjectMeta: meta(ref, ref.ObjectName(), rio.Labels(ref)),
	}}
	if rules := rulesOf(r.Permissions); len(rules) > 0 {
		objects = append(objects, role(ref, rules), roleBinding(ref, ref.ObjectName(), ref.ObjectName()))
	}
	for _, p := range r.Permissions {
		if p.Role != "" {
			objects = append(objects, roleBinding(ref, boundName(ref.ObjectName(), p.Role), p.Role))
		}
	}
	if rules := rulesOf(r.GlobalPermissions); len(rules) > 0 {
		objects = append(objects, clusterRole(ref, rules), clusterRoleBinding(ref, clusterName(ref), clusterName(ref)))
	}
	for _, p := range r.GlobalPermissions {
		if p.Role != "" {
			objects = append(objects, clusterRoleBinding(ref, boundName(clusterName(ref), p.Role), p.Role))
		}
	}
	return objects
}

// boundName is that of the binding to a role which is not ours. No service and no revision
// has a colon in its name.
func boundName(name, role string) string { return name + ":" + role }

// clusterName is that of objects which belong to no namespace.
func clusterName(ref rio.Ref) string { return ref.ObjectName() + "-" + ref.Namespace }

func rulesOf(permissions []rio.Permission) []rbacv1.PolicyRule {
	var rules []rbacv1.PolicyRule
	for _, p := range permissions {
		rule := rbacv1.PolicyRule{Verbs: p.Verbs}
		switch {
		case p.Role != "":
			continue
		case p.URL != "":
			rule.NonResourceURLs = []string{p.URL}
		default:
			rule.APIGroups, rule.Resources = []string{p.APIGroup}, []string{p.Resource}
			if p.Name != "" {
				rule.ResourceNames = []string{p.Name}
			}
		}
		rules = append(rules, rule)
	}
	return rules
}

// subject is the account of a revision.
func subject(ref rio.Ref) []rbacv1.Subject {
	return []rbacv1.Subject{{Kind: KindServiceAccount, Namespace: ref.Namespace, Name: ref.ObjectName()}}
}

// rightsNote is what a workload says of its permissions. They are read from there: while a
// revision is removed, part of its roles may be gone already.
func rightsNote(r rio.Rights) map[string]string {
	return map[string]string{
		rio.AnnotationPermissions:       permissionNote(r.Permissions),
		rio.AnnotationGlobalPermissions: permissionNote(r.GlobalPermissions),
	}
}

// RightsOf reads them back.
func RightsOf(annotations map[string]string) rio.Rights {
	return rio.Rights{
		Permissions:       parsePermissions(annotations[rio.AnnotationPermissions]),
		GlobalPermissions: parsePermissions(annotations[rio.AnnotationGlobalPermissions]),
	}
}

// noteRights has a pod template say the same: the history of templates keeps nothing else. It is
// changed in place.
func noteRights(t *corev1.PodTemplateSpec, r rio.Rights) {
	for key, text := range rightsNote(r) {
		switch {
		case text == "":
			delete(t.Annotations, key)
		case t.Annotations == nil:
			t.Annotations = map[string]string{key: text}
		default:
			t.Annotations[key] = text
		}
	}
	if len(t.Annotations) == 0 {
		t.Annotations = nil
	}
}

func permissionNote(permissions []rio.Permission) string {
	if len(permissions) == 0 {
		return ""
	}
	var forms []string
	for _, p := range permissions {
		forms = append(forms, p.String())
	}
	return rio.AsJSON(forms)
}

// parsePermissions is the inverse. What cannot be read gives no right.
func parsePermissions(note string) []rio.Permission {
	var forms []string
	if json.Unmarshal([]byte(note), &forms) != nil {
		return nil
	}
	var permissions []rio.Permission
	for _, form := range forms {
		if p, err := rio.ParsePermission(form); err == nil {
			permissions = append(permissions, p)
		}
	}
	return permissions
}

// IsOfAccount reports whether the object gives a revision's pods their permissions, and so is
// to be there before they are.
func IsOfAccount(o Object) bool {
	switch o.(type) {
	case *corev1.ServiceAccount, *rbacv1.Role, *rbacv1.RoleBinding, *rbacv1.ClusterRole, *rbacv1.ClusterRoleBinding:
		return true
	}
	return false
}
