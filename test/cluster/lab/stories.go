package lab

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Stories are the scripts of a folder, those that are named last and in that order. One that is
// named and not there is an error.
func Stories(t *testing.T, dir string, last ...string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	place := func(file string) int { return slices.Index(last, strings.TrimSuffix(filepath.Base(file), ".txtar")) }
	for i, name := range last {
		if !slices.ContainsFunc(files, func(file string) bool { return place(file) == i }) {
			t.Fatalf("there is no story %q in %s", name, dir)
		}
	}
	slices.SortStableFunc(files, func(a, b string) int { return place(a) - place(b) })
	return files
}

// ShortWay makes a folder for the front of PATH with a kubectl that runs kubectl-rio at once: the
// real one takes 40 ms of a processor to find it, each time. What is about that goes the long way.
func ShortWay(t *testing.T) string {
	t.Helper()
	kubectl, err := exec.LookPath("kubectl")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	script := fmt.Sprintf("#!/bin/sh\nif [ \"$1\" = rio ]; then shift; exec kubectl-rio \"$@\"; fi\nexec '%s' \"$@\"\n", kubectl)
	if err := os.WriteFile(filepath.Join(dir, "kubectl"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// SetShortLived sets what makes programs that end soon cheaper: to collect garbage is not worth it.
func SetShortLived(set func(name, value string)) {
	set("GOGC", "off")
	set("GOMEMLIMIT", "300MiB")
}
