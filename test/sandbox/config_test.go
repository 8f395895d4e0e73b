package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"
)

func TestWriteConfig(t *testing.T) {
	c := newSettings(t.TempDir(), "10.1.2.3")
	if err := writeConfig(c, time.Now()); err != nil {
		t.Fatal(err)
	}
	read := func(name string) string {
		t.Helper()
		content, err := os.ReadFile(filepath.Join(c.State, name))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(content), "{{") || strings.Contains(string(content), "<no value>") {
			t.Errorf("%s is not filled in:\n%s", name, content)
		}
		return string(content)
	}
	for _, name := range []string{"kubelet.yaml", "kube-proxy.yaml", "audit.yaml", "kubeconfig", "pki/scheduler.kubeconfig"} {
		var object struct {
			Kind string `json:"kind"`
		}
		if err := yaml.UnmarshalStrict([]byte(read(name)), &map[string]any{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := yaml.Unmarshal([]byte(read(name)), &object); err != nil || object.Kind == "" {
			t.Errorf("%s has no kind (%v)", name, err)
		}
	}
	for document := range strings.SplitSeq(read("coredns.yaml"), "\n---\n") {
		if err := yaml.UnmarshalStrict([]byte(document), &map[string]any{}); err != nil {
			t.Errorf("coredns.yaml: %v in\n%s", err, document)
		}
	}
	var cni struct {
		Name string `json:"name"`
	}
	if err := json.Unmarshal([]byte(read("cni/10-sandbox.conflist")), &cni); err != nil || cni.Name != networkName {
		t.Errorf("CNI network is %q (%v), but down looks for rules of %q", cni.Name, err, networkName)
	}
	if containerd := read("containerd.toml"); !strings.Contains(containerd, `state = "`+c.State+`/`) {
		t.Errorf("containerd works outside of the state folder:\n%s", containerd)
	}
	read("registries/_default/hosts.toml")
}

func TestEveryUserOfTheAuditPolicyIsADaemon(t *testing.T) {
	content, err := render("audit.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	var policy struct {
		Rules []struct {
			Level string   `json:"level"`
			Users []string `json:"users"`
		} `json:"rules"`
	}
	if err := yaml.Unmarshal(content, &policy); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{"system:apiserver": true} // the API server's own loopback
	for _, id := range identities(newSettings("/state", "10.1.2.3")) {
		known[id.user] = id.user != "admin" // whose requests are what tests count
	}
	for _, rule := range policy.Rules {
		for _, user := range rule.Users {
			if rule.Level == "None" && !known[user] {
				t.Errorf("requests of %q would not be logged", user)
			}
		}
	}
	if last := policy.Rules[len(policy.Rules)-1]; last.Level != "Metadata" {
		t.Errorf("the last rule logs at level %q", last.Level)
	}
}
