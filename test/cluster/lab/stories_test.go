package lab

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStoriesThatAreNamedComeLast(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, name := range []string{"a.txtar", "b.txtar", "c.txtar", "d.txtar", "notes.yml"} {
		if err := os.WriteFile(at(name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{at("b.txtar"), at("d.txtar"), at("c.txtar"), at("a.txtar")}
	if diff := cmp.Diff(want, Stories(t, dir, "c", "a")); diff != "" {
		t.Error(diff)
	}
}

func TestShortWayLeadsToTheProgram(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"kubectl", "kubectl-rio"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\necho "+name+" \"$1\" $#\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	t.Setenv("PATH", ShortWay(t)+":"+os.Getenv("PATH"))
	out, err := exec.Command("sh", "-c", "kubectl rio 'a b' c; kubectl get rio").CombinedOutput()
	if diff := cmp.Diff("kubectl-rio a b 2\nkubectl get 2\n", string(out)); err != nil || diff != "" {
		t.Error(err, diff)
	}
}
