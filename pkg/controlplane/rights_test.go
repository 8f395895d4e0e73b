package controlplane

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"
)

// TestChartGivesTheseRights lists every rule of the chart with all that can be switched on:
// who may what, one line each.
func TestChartGivesTheseRights(t *testing.T) {
	manifest, _, err := rendered(t, InstallOptions{Settings: Settings{Set: []string{"tls.secret=x"}}})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	given := map[string]string{} // to whom, by role
	for document := range strings.SplitSeq(manifest, "\n---\n") {
		var o struct {
			rbacv1.ClusterRoleBinding                     // a RoleBinding has the same fields
			Rules                     []rbacv1.PolicyRule `json:"rules"`
		}
		if err := yaml.Unmarshal([]byte(document), &o); err != nil {
			t.Fatal(err)
		}
		where := strings.TrimPrefix(o.Namespace+"/"+o.Name, "/")
		for _, s := range o.Subjects {
			given[o.RoleRef.Kind+" "+strings.TrimPrefix(o.Namespace+"/"+o.RoleRef.Name, "/")] += " " + s.Kind + " " + strings.TrimPrefix(s.Namespace+"/"+s.Name, "/")
		}
		for label := range o.Labels {
			if role, ok := strings.CutPrefix(label, "rbac.authorization.k8s.io/aggregate-to-"); ok {
				given[o.Kind+" "+where] += " everybody with " + role
			}
		}
		for _, rule := range o.Rules {
			lines = append(lines, fmt.Sprintf("%s %s:%%s: %s %s", o.Kind, where, strings.Join(rule.Verbs, ","), what(rule)))
		}
	}
	for i, line := range lines {
		role, _, _ := strings.Cut(line, ":%s")
		lines[i] = fmt.Sprintf(line, given[role])
		if given[role] == "" {
			t.Errorf("nobody has %s", role)
		}
		if strings.Contains(line, "*") {
			t.Errorf("a wildcard: %s", line)
		}
	}
	slices.Sort(lines)
	golden(t, "rights.txt", strings.Join(lines, "\n")+"\n")
}

// what a rule is about, as kubectl names it.
func what(rule rbacv1.PolicyRule) string {
	var names []string
	for _, group := range rule.APIGroups {
		for _, resource := range rule.Resources {
			names = append(names, strings.TrimSuffix(resource+"."+group, "."))
		}
	}
	text := strings.Join(names, ",")
	if len(rule.ResourceNames) > 0 {
		text += " called " + strings.Join(rule.ResourceNames, ",")
	}
	return text
}
