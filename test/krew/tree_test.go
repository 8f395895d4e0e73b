package krew

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// releasedTree is a copy of the repository in which make dist has made a release for this
// platform, that will be found under a URL.
func releasedTree(t *testing.T, url string) string {
	t.Helper()
	tree := t.TempDir()
	copyTree(t, "../..", tree)
	cmd := exec.CommandContext(t.Context(), "make", "--no-print-directory", "dist", "VERSION="+version, "PLATFORMS="+runtime.GOOS+"/"+runtime.GOARCH, "DIST_URL="+url)
	cmd.Dir = tree
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { // of the make that runs this test
		return strings.HasPrefix(v, "MAKE") || strings.HasPrefix(v, "MFLAGS=")
	})
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("make dist: %v\n%s", err, out)
	}
	return tree
}

// copyTree leaves out what was built and the history.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, name)
		switch {
		case slices.Contains([]string{".git", "bin", "dist", "bench"}, name) && d.IsDir():
			return fs.SkipDir
		case name == ".git": // of a worktree
			return nil
		case d.IsDir():
			return os.MkdirAll(target, 0o755)
		case !d.Type().IsRegular():
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, content, info.Mode().Perm())
	})
	if err != nil {
		t.Fatal(err)
	}
}

// contents are the files of a release, by name.
func contents(t *testing.T, tree string) map[string]string {
	t.Helper()
	files := map[string]string{"krew-manifest.yaml": "", "plugins/rio.yaml": ""}
	made, err := filepath.Glob(filepath.Join(tree, "dist", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range made {
		files["dist/"+filepath.Base(path)] = ""
	}
	for name := range files {
		content, err := os.ReadFile(filepath.Join(tree, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(content)
	}
	return files
}
