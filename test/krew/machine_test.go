package krew

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// machine is a user's: with krew in a folder of its own, git, and no way out.
type machine struct {
	t    *testing.T
	root string // KREW_ROOT
	env  []string
}

func newMachine(t *testing.T) machine {
	t.Helper()
	dir := t.TempDir()
	tools, root, home := filepath.Join(dir, "tools"), filepath.Join(dir, "krew"), filepath.Join(dir, "home")
	for _, d := range []string{tools, home} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-o", tools, "sigs.k8s.io/krew/cmd/krew", "sigs.k8s.io/krew/cmd/validate-krew-manifest")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build krew: %v\n%s", err, out)
	}
	if err := os.Rename(filepath.Join(tools, "krew"), filepath.Join(tools, "kubectl-krew")); err != nil { // as kubectl finds it
		t.Fatal(err)
	}
	path := strings.Join([]string{filepath.Join(root, "bin"), tools, os.Getenv("PATH")}, string(os.PathListSeparator))
	t.Setenv("PATH", path) // exec.Command looks there
	return machine{t, root, []string{
		"PATH=" + path, "HOME=" + home, "KREW_ROOT=" + root, "KREW_NO_UPGRADE_CHECK=1",
		"HTTP_PROXY=http://127.0.0.1:1", "HTTPS_PROXY=http://127.0.0.1:1", "NO_PROXY=127.0.0.1",
		"GIT_ALLOW_PROTOCOL=file", "GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com",
	}}
}

func (m machine) try(name string, args ...string) (string, error) {
	cmd := exec.CommandContext(m.t.Context(), name, args...)
	cmd.Env = m.env
	out, err := cmd.CombinedOutput()
	m.t.Logf("%s %s\n%s", name, strings.Join(args, " "), out)
	return string(out), err
}

// run is a command that must succeed.
func (m machine) run(name string, args ...string) string {
	m.t.Helper()
	out, err := m.try(name, args...)
	if err != nil {
		m.t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return out
}

// use does what a user does after the installation.
func (m machine) use() {
	m.t.Helper()
	if out := m.run("kubectl-rio", "version", "--client"); out != "rio version "+version+"\n" {
		m.t.Errorf("the plugin's version: %s", out)
	}
	if out := m.run("kubectl-rio", "run", "--help"); !strings.Contains(out, "Usage:\n  kubectl rio run ") || strings.Contains(out, "kubectl-rio ") {
		m.t.Errorf("help, called as kubectl-rio:\n%s", out)
	}
	store := filepath.Join(m.root, "store", "rio", version)
	for _, name := range []string{"LICENSE", "kubectl_complete-rio", "kubectl-rio"} {
		if _, err := os.Stat(filepath.Join(store, name)); err != nil {
			m.t.Error(err)
		}
	}
	if out := m.run("kubectl-rio", "completion", "install", "-q"); out != filepath.Join(m.root, "bin", "kubectl_complete-rio")+"\n" {
		m.t.Errorf("the completion went to %s", out)
	}
	same, err := os.ReadFile(filepath.Join(store, "kubectl_complete-rio"))
	if err != nil {
		m.t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(m.root, "bin", "kubectl_complete-rio")); err != nil || string(got) != string(same) {
		m.t.Errorf("the archive's program for completions is not the one that is installed: %v", err)
	}
}

// bareClone makes a repository of a tree, and gives a clone as a host keeps it.
func (m machine) bareClone(tree string) string {
	m.t.Helper()
	bare := filepath.Join(m.t.TempDir(), "rio.git")
	m.run("git", "-C", tree, "init", "-q", "-b", "main")
	m.run("git", "-C", tree, "add", "--all")
	m.run("git", "-C", tree, "commit", "-q", "-m", "release "+version)
	m.run("git", "clone", "-q", "--bare", tree, bare)
	return bare
}
