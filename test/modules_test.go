package test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// The sandbox is built from Kubernetes' and Istio's own modules. What the plugin and they
// have in common is compiled once, half the time of a first make test, where all versions
// below it are the same: one module of two versions and everything above it is built twice.
func TestModulesAgree(t *testing.T) {
	here, sandbox := modules(t, ".."), modules(t, "sandbox")
	for path, version := range here {
		if other := sandbox[path]; other != "" && other != version {
			t.Errorf("%s is %s in go.mod and %s in test/sandbox/go.mod; raise the lower one with go get", path, version, other)
		}
	}
}

// modules are those that go into the packages of a module and the tools that it names.
func modules(t *testing.T, dir string) map[string]string {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}} {{with .Replace}}{{.Version}}{{else}}{{.Version}}{{end}}{{end}}", "./...", "tool")
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	versions := map[string]string{}
	for line := range strings.Lines(string(out)) {
		if path, version, found := strings.Cut(strings.TrimSpace(line), " "); found {
			versions[path] = version
		}
	}
	return versions
}
