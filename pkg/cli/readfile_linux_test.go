package cli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// What has no end, or could not be kept, is not read.
func TestFilesThatCannotBeKept(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "dump.sql"), make([]byte, 1<<20+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	kept := map[string]string{}
	for name, want := range map[string]string{
		"./dump.sql": `the file "./dump.sql": it has 1048577 bytes, and Kubernetes keeps at most 1048576 in one`,
		"pipe":       `the file "pipe": it is neither a file nor a directory`,
		".":          `the file ".": is a directory; files are read beside the stack file and below`,
		"/":          `the file "/": path escapes from parent`,
	} {
		if _, err := opener(dir, kept)(name); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", name, err, want)
		}
	}
	if _, err := opener("/", kept)("/"); !errors.Is(err, syscall.EISDIR) {
		t.Errorf("the root is no directory: %v", err)
	}
	if len(kept) > 0 {
		t.Errorf("kept %v", kept)
	}
}
