package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

func TestUnpackWantsOneArchive(t *testing.T) {
	dir, to := t.TempDir(), t.TempDir()
	if err := unpack(t.Context(), dir, to); err == nil {
		t.Error("an empty folder is taken for a release")
	}
	if err := os.WriteFile(filepath.Join(dir, "kubectl-rio"), []byte("program"), 0o755); err != nil {
		t.Fatal(err)
	}
	name := "kubectl-rio_v1.2.3_" + runtime.GOOS + "_" + runtime.GOARCH + ".tar.gz"
	if out, err := exec.CommandContext(t.Context(), "tar", "-czf", filepath.Join(dir, name), "-C", dir, "kubectl-rio").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := unpack(t.Context(), dir, to); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(to, "kubectl-rio")); err != nil || string(got) != "program" {
		t.Errorf("unpacked %q, %v", got, err)
	}
}

func TestWithPath(t *testing.T) {
	before := []string{"A=1", "PATH=/usr/bin", "B=2"}
	got := withPath(before, "/dist")
	if want := []string{"A=1", "PATH=/dist:/usr/bin", "B=2"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if before[1] != "PATH=/usr/bin" {
		t.Error("the environment that was given is changed")
	}
}
