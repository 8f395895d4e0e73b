package lab

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestClearOnTheSandbox(t *testing.T) {
	c := newClearing(t, "1", "one", "two", "two-b")
	for _, names := range [][]string{{"one", "one-b"}, {"two", "two-b"}} {
		if err := c.Clear(t.Context(), names...); err != nil {
			t.Error(err)
		}
	}
	c.called()
	for _, want := range []string{"one/virtualservices", "one/services", "one/deployments", "one/pods !pod-template-hash,!controller-revision-hash", "two/persistentvolumeclaims", "two-b/deployments"} {
		if !slices.Contains(c.deleted, want) {
			t.Errorf("deleted %q, want %q too", c.deleted, want)
		}
	}
	if want := 3 * (len(acting) - 1); len(c.deleted) != want {
		t.Errorf("deleted %q, want %d kinds: nothing of a namespace that was never made", c.deleted, want)
	}
	for range 2 { // the second time there is none
		if err := DeleteCleared(); err != nil {
			t.Error(err)
		}
	}
	c.called("its-config one two two-b")
}

// What cannot be emptied is said, and goes at the end all the same.
func TestClearThatFails(t *testing.T) {
	c := newClearing(t, "1", "broken", "one")
	if err := c.Clear(t.Context(), "broken", "one"); err == nil || !strings.Contains(err.Error(), `delete the deployments in namespace "broken": `) || strings.Contains(err.Error(), "gateways") {
		t.Errorf("got %v", err)
	}
	if !slices.Contains(c.deleted, "one/deployments") {
		t.Errorf("deleted %q, and not what is in the next namespace", c.deleted)
	}
	if err := DeleteCleared(); err != nil {
		t.Error(err)
	}
	c.called("its-config broken one")
	t.Setenv("PATH", t.TempDir())
	cleared.names = []string{"one"}
	if err := DeleteCleared(); err == nil {
		t.Error("without kubectl nothing is deleted, and that is no error")
	}
}

func TestClearOnAClusterOfSomebodys(t *testing.T) {
	c := newClearing(t, "", "one", "one-b")
	if err := c.Clear(t.Context(), "one", "one-b"); err != nil {
		t.Error(err)
	}
	c.called(c.Kubeconfig + " one one-b")
	if err := DeleteCleared(); err != nil || len(c.deleted) > 0 {
		t.Errorf("%v; deleted %q", err, c.deleted)
	}
	c.called(c.Kubeconfig + " one one-b")
}

func TestClearLeavesNotTooMany(t *testing.T) {
	c := newClearing(t, "1", "one")
	for i := range mostCleared {
		if !leave(fmt.Sprint(i)) {
			t.Fatalf("namespace %d goes at once", i)
		}
	}
	if err := c.Clear(t.Context(), "one"); err != nil || len(c.deleted) > 0 {
		t.Errorf("%v; deleted %q", err, c.deleted)
	}
	c.called(c.Kubeconfig + " one")
}
