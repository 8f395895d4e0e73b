package rio

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

// What RBAC compares with is text, so it takes a rule with any text, also one that no request
// is ever like: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources
var (
	resourceVerbs = []string{"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "use", "bind", "escalate", "impersonate", "approve", "sign", "attest", "*"}
	urlVerbs      = []string{"get", "head", "options", "post", "put", "patch", "delete", "*"}
	dotless       = []string{"", "*", "apps", "autoscaling", "batch", "policy"} // of API groups; those that users define have a domain

	freeNames = []string{"signers", "users", "groups", "uids", "userextras"} // whose names are no part of a path

	resourceForm = regexp.MustCompile(`^(\*|[a-z][a-z0-9-]*)(/[^*/]+)?$`)
	version      = regexp.MustCompile(`^v[0-9]+((alpha|beta)[0-9]+)?$`)
)

// Check refuses a permission that no request ever matches.
func (p Permission) Check() error {
	if rule := p.useless(); rule != "" {
		return fmt.Errorf("invalid permission %q: %s", p, rule)
	}
	return nil
}

func (p Permission) useless() string {
	switch {
	case p.Role != "":
		return ""
	case len(p.Verbs) == 0:
		return "it has no verb; want for example get,list"
	case p.URL != "":
		return p.uselessURL()
	}
	for _, v := range p.Verbs {
		if !slices.Contains(resourceVerbs, v) {
			return fmt.Sprintf("Kubernetes has no verb %q; want %s, or for one of your own a role: role=ROLE", v, strings.Join(resourceVerbs, ", "))
		}
	}
	resource, _, _ := strings.Cut(p.Resource, "/")
	switch {
	case version.MatchString(p.APIGroup) || version.MatchString(resource):
		return "it names a version, and permissions are for all of them; want [GROUP/]RESOURCE, for example apps/deployments"
	case !slices.Contains(dotless, p.APIGroup) && (!strings.Contains(p.APIGroup, ".") || len(validation.IsDNS1123Subdomain(p.APIGroup)) > 0):
		return fmt.Sprintf("there is no API group %q: they have a dot in their names, but for apps, autoscaling, batch and policy, and the core group has none; want [GROUP/]RESOURCE, for example pods or /pods/log", p.APIGroup)
	case strings.Contains(resource, "."):
		return "an API group stands in front; want GROUP/RESOURCE, for example apps/deployments"
	case resource != "userextras" && !resourceForm.MatchString(p.Resource):
		return fmt.Sprintf("%q is no resource; want one, in lower case and plural, for example pods, and another permission for each further one", p.Resource)
	case !slices.Contains(freeNames, resource) && strings.ContainsAny(p.Name, "*/%,"):
		return fmt.Sprintf("%q is no name; want one, or none for all, and another permission for each further one", p.Name)
	}
	return ""
}

func (p Permission) uselessURL() string {
	switch {
	case !slices.ContainsFunc(p.Verbs, func(v string) bool { return slices.Contains(urlVerbs, v) }):
		return "a URL is asked with a method of HTTP; want " + strings.Join(urlVerbs, ", ")
	case !strings.HasPrefix(p.URL, "/") || strings.ContainsAny(p.URL, "?# ") || strings.Contains(strings.TrimSuffix(p.URL, "*"), "*"):
		return "want a path, /PATH, or what paths begin with, /PATH/*"
	}
	return ""
}
