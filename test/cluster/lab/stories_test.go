package lab

import (
	"os"
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
