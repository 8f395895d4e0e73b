package rio

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

// Permission is one thing that a service's pods may ask the API server for: a role that
// exists, or verbs on a resource (or on a URL, of the whole cluster only).
type Permission struct {
	Role     string   `json:"role,omitempty"`
	Verbs    []string `json:"verbs,omitempty"`
	APIGroup string   `json:"apiGroup,omitempty"`
	Resource string   `json:"resource,omitempty"`
	URL      string   `json:"url,omitempty"`
	Name     string   `json:"name,omitempty"`
}

// verbSets are Rio's words for several of Kubernetes' verbs.
var verbSets = map[string][]string{
	"read":  {"get", "list", "watch"},
	"write": {"create", "delete", "get", "list", "patch", "update", "watch"},
}

const permissionForm = "want role=ROLE or [VERBS] [GROUP/]RESOURCE [NAME], for example: read,create apps/deployments web"

// ParsePermission reads [rule=][VERBS] RESOURCE [NAME] or role=ROLE. VERBS is read, write,
// * or a list with commas, and read when there is none; RESOURCE is [GROUP/]RESOURCE[/SUB]
// or url=/PATH. A slash in front stands for the core group, as in /pods/log.
func ParsePermission(s string) (Permission, error) {
	invalid := func(rule string, args ...any) (Permission, error) {
		return Permission{}, fmt.Errorf("invalid permission %q: %s; %s", s, fmt.Sprintf(rule, args...), permissionForm)
	}
	if role, ok := strings.CutPrefix(s, "role="); ok {
		if errs := validation.IsDNS1123Subdomain(strings.ReplaceAll(role, ":", ".")); len(errs) > 0 {
			return invalid("%q is not the name of a role", role)
		}
		return Permission{Role: role}, nil
	}
	words := strings.Fields(strings.TrimPrefix(s, "rule="))
	var p Permission
	switch len(words) {
	case 1:
		words = []string{"read", words[0]}
	case 2, 3:
	default:
		return invalid("it has %d words", len(words))
	}
	p.Verbs = spelledOut(strings.Split(words[0], ","))
	for _, v := range p.Verbs {
		if v != "*" && strings.Trim(v, "abcdefghijklmnopqrstuvwxyz") != "" || v == "" {
			return invalid("%q is not a verb", v)
		}
	}
	if url, ok := strings.CutPrefix(words[1], "url="); ok {
		if !strings.HasPrefix(url, "/") || len(words) == 3 {
			return invalid("a URL begins with / and has no name")
		}
		p.URL = url
		return p, nil
	}
	p.APIGroup, p.Resource = splitResource(words[1])
	if p.Resource == "" {
		return invalid("%q names no resource", words[1])
	}
	if len(words) == 3 && words[2] != "*" {
		p.Name = words[2]
	}
	return p, nil
}

// spelledOut are Kubernetes' verbs for Rio's words, each once.
func spelledOut(words []string) []string {
	var verbs []string
	for _, word := range words {
		set, ok := verbSets[word]
		if !ok {
			set = []string{word}
		}
		for _, v := range set {
			if !slices.Contains(verbs, v) {
				verbs = append(verbs, v)
			}
		}
	}
	return verbs
}

func splitResource(s string) (group, resource string) {
	if s == "*" {
		return "*", "*"
	}
	if group, resource, ok := strings.Cut(s, "/"); ok {
		return group, resource
	}
	return "", s
}

// String is the form that ParsePermission reads.
func (p Permission) String() string {
	if p.Role != "" {
		return "role=" + p.Role
	}
	words := []string{strings.Join(p.Verbs, ",")}
	for word, set := range verbSets {
		if slices.Equal(set, p.Verbs) {
			words[0] = word
		}
	}
	switch {
	case p.URL != "":
		words = append(words, "url="+p.URL)
	case p.APIGroup == "" && strings.ContainsAny(p.Resource, "/*"): // * alone is of all groups
		words = append(words, "/"+p.Resource)
	case p.APIGroup == "":
		words = append(words, p.Resource)
	default:
		words = append(words, p.APIGroup+"/"+p.Resource)
	}
	if p.Name != "" {
		words = append(words, p.Name)
	}
	return strings.Join(words, " ")
}

// SortPermissions orders permissions as the cluster gives them back: what they allow in the
// order given, then the roles by name. None is twice.
func SortPermissions(ps []Permission) []Permission {
	var rules, roles []Permission
	for _, p := range ps {
		list := &rules
		if p.Role != "" {
			list = &roles
		}
		if !slices.ContainsFunc(*list, func(q Permission) bool { return q.String() == p.String() }) {
			*list = append(*list, p)
		}
	}
	slices.SortFunc(roles, func(a, b Permission) int { return strings.Compare(a.Role, b.Role) })
	return append(rules, roles...)
}
