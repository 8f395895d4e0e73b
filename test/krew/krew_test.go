package krew

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

const version = "v9.8.7"

// TestRelease makes a release for this platform and installs it as its users do.
func TestRelease(t *testing.T) {
	var dist string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.FileServer(http.Dir(dist)).ServeHTTP(w, r)
	}))
	defer server.Close()
	tree := releasedTree(t, server.URL)
	dist = filepath.Join(tree, "dist")
	t.Run("its manifest passes the rules of the index", func(t *testing.T) { rules(newMachine(t), filepath.Join(tree, "plugins", "rio.yaml")) })
	t.Run("from a manifest and an archive", func(t *testing.T) { fromArchive(newMachine(t), tree) })
	t.Run("from this repository as an index", func(t *testing.T) { fromIndex(newMachine(t), tree) })
	t.Run("made twice it is the same", func(t *testing.T) { reproducible(t, tree, server.URL) })
}

func fromArchive(m machine, tree string) {
	m.run("kubectl-krew", "install", "--manifest="+filepath.Join(tree, "krew-manifest.yaml"), "--archive="+filepath.Join(tree, "dist", archive()))
	m.use()
}

// fromIndex has krew clone the repository and read its plugins/*.yaml.
func fromIndex(m machine, tree string) {
	url := "file://" + m.bareClone(tree)
	m.run("kubectl-krew", "index", "add", "rio", url)
	for _, see := range []struct{ args, want string }{
		{"index list", url},
		{"search rio", "rio/rio"},
		{"info rio/rio", "VERSION: " + version},
		{"info rio/rio", archive()},
		{"install rio/rio", "kubectl rio install"}, // says what comes next
		{"list", "rio/rio"},
		{"upgrade", "rio/rio"}, // there is nothing newer
	} {
		if out := m.run("kubectl-krew", strings.Fields(see.args)...); !strings.Contains(out, see.want) {
			m.t.Errorf("krew %s does not say %q:\n%s", see.args, see.want, out)
		}
	}
	m.use()
	m.run("kubectl-krew", "uninstall", "rio")
	if _, err := os.Lstat(filepath.Join(m.root, "bin", "kubectl-rio")); !os.IsNotExist(err) {
		m.t.Errorf("after uninstall the plugin is there still: %v", err)
	}
}

// reproducible makes the same release again, in another folder and surroundings. So the
// manifests of a release can be committed with what is released.
func reproducible(t *testing.T, tree, url string) {
	first := contents(t, tree)
	for name, value := range map[string]string{"TZ": "Asia/Tokyo", "LC_ALL": "C", "GOFLAGS": "-tags=other"} {
		t.Setenv(name, value)
	}
	second := contents(t, releasedTree(t, url))
	for name, content := range first {
		if second[name] != content {
			t.Errorf("%s differs", name)
		}
	}
	if len(first) != 5 || len(second) != len(first) {
		t.Errorf("%d and %d files were made, want archive, SBOM, checksums and two manifests", len(first), len(second))
	}
	if top := first["krew-manifest.yaml"]; top == "" || top != first["plugins/rio.yaml"] {
		t.Error("krew-manifest.yaml and plugins/rio.yaml are not the same")
	}
}

// rules has a manifest judged by the program that judges it in the krew index, and makes
// sure that this one can say no.
func rules(m machine, path string) {
	content, err := os.ReadFile(path)
	if err != nil {
		m.t.Fatal(err)
	}
	for name, text := range map[string]string{
		"rio.yaml": string(content), "other.yaml": string(content), "broken/rio.yaml": strings.Replace(string(content), "sha256: ", "sha256: X", 1),
	} {
		copied := filepath.Join(m.t.TempDir(), name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(copied), 0o755), os.WriteFile(copied, []byte(text), 0o600)); err != nil {
			m.t.Fatal(err)
		}
		out, err := m.try("validate-krew-manifest", "-skip-install", "-manifest", copied)
		if good := name == "rio.yaml"; good != (err == nil) {
			m.t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

// archive is the name of this machine's.
func archive() string {
	return "kubectl-rio_" + version + "_" + runtime.GOOS + "_" + runtime.GOARCH + ".tar.gz"
}
