package controlplane

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"
)

var update = flag.Bool("update", false, "write the golden files anew")

// rendered is what the chart makes of settings.
func rendered(t *testing.T, o InstallOptions) (string, string, error) {
	t.Helper()
	r, err := o.rioRelease()
	if err != nil {
		t.Fatal(err)
	}
	rel, err := r.render(t.Context(), "1.37.2")
	if err != nil {
		return "", "", err
	}
	return rel.Manifest, rel.Info.Notes, nil
}

func TestChartRenders(t *testing.T) {
	on := true
	for name, o := range map[string]InstallOptions{
		"default":   {},
		"host-port": {HostPort: &on},
		"none":      {Set: []string{"labels.mode=none"}},
		"domain":    {Domain: "apps.example.com", Set: []string{"gateway.ports[0].port=8080", "gateway.ports[0].protocol=HTTP2", "gateway.replicas=2"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, notes, err := rendered(t, o)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+".yaml", got)
			golden(t, name+".notes.txt", notes)
			again, _, err := rendered(t, o)
			if err != nil || again != got {
				t.Errorf("a second render differs: %v\n%s", err, cmp.Diff(got, again))
			}
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s is not what it was; if that is meant: go test ./pkg/controlplane -update\n%s", name, diff)
	}
}

func TestChartRefuses(t *testing.T) {
	for setting, complaint := range map[string]string{
		"gatway.replicas=2":                      "gatway",
		"gateway.replica=2":                      "replica",
		"gateway.replicas=-1":                    "minimum",
		"gateway.ports=":                         "ports",
		"gateway.ports[0].port=0":                "port",
		"gateway.ports[0].name=http":             "name",
		"gateway.ports[0].protocol=UDP":          "protocol",
		"gateway.hostPort=yes":                   "hostPort",
		"labels.mode=policy":                     "mode",
		"webhook.image=":                         "", // the default
		"webhook.resources.request.cpu=1":        "request",
		"domain=http://example.com":              "domain",
		"domain=Example.com":                     "domain",
		"webhook.replicas=0":                     "replicas",
		"webhook.resources.requests.cpu=50m":     "",
		"gateway.resources.limits.memory=128Mi":  "",
		"gateway.resources.limits.memory.x=true": "memory",
	} {
		_, _, err := rendered(t, InstallOptions{Set: []string{setting}})
		switch {
		case complaint == "" && err != nil:
			t.Errorf("%s: %v", setting, err)
		case complaint != "" && (err == nil || !strings.Contains(err.Error(), complaint)):
			t.Errorf("%s: got error %v, want one about %q", setting, err, complaint)
		}
	}
}

// TestChartGivesFewRights reads every rule of the chart.
func TestChartGivesFewRights(t *testing.T) {
	manifest, _, err := rendered(t, InstallOptions{})
	if err != nil {
		t.Fatal(err)
	}
	roles := 0
	for document := range strings.SplitSeq(manifest, "\n---\n") {
		var role rbacv1.ClusterRole // a Role has the same fields
		if err := yaml.Unmarshal([]byte(document), &role); err != nil || !strings.HasSuffix(role.Kind, "Role") {
			continue
		}
		roles++
		for _, rule := range role.Rules {
			all := strings.Join(append(append(append([]string{}, rule.Verbs...), rule.Resources...), rule.APIGroups...), " ")
			if strings.Contains(all, "*") {
				t.Errorf("%s %s: wildcard in %v", role.Kind, role.Name, rule)
			}
			aggregated := role.Name == "rio-view" || role.Name == "rio-edit"
			if !aggregated && len(rule.ResourceNames) != 1 {
				t.Errorf("%s %s: a rule for more than one object: %v", role.Kind, role.Name, rule)
			}
		}
	}
	if roles != 6 {
		t.Errorf("%d roles, want 6", roles)
	}
}
