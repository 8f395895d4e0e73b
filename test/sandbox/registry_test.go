package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// TestPullFromRegistry does what containerd does: name, manifest, blobs.
func TestPullFromRegistry(t *testing.T) {
	dir := t.TempDir()
	binary := filepath.Join(t.TempDir(), "hello")
	if err := os.WriteFile(binary, []byte("#!hello"), 0o755); err != nil {
		t.Fatal(err)
	}
	packed, err := binaryImage("docker.io/library/hello:v1", binary, "/hello", filepath.Join(t.TempDir(), "l.tar"), v1.Config{User: "65532:65532"})
	if err != nil {
		t.Fatal(err)
	}
	if err := writeImages(filepath.Join(dir, "hello"), packed); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(registry(dir))
	defer server.Close()
	type answer struct {
		code   int
		header http.Header
	}
	get := func(path string) (answer, []byte) {
		t.Helper()
		response, err := http.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer{response.StatusCode, response.Header}, body
	}
	response, body := get("/v2/library/hello/manifests/v1?ns=docker.io")
	var manifest v1.Manifest
	if err := json.Unmarshal(body, &manifest); err != nil {
		t.Fatalf("%d: %v", response.code, err)
	}
	if got := response.header.Get("Content-Type"); got != string(manifest.MediaType) {
		t.Errorf("content type %q, want %q", got, manifest.MediaType)
	}
	_, again := get("/v2/library/hello/manifests/" + response.header.Get("Docker-Content-Digest"))
	if string(again) != string(body) {
		t.Error("the manifest's digest names another manifest")
	}
	_, content := get("/v2/library/hello/blobs/" + manifest.Config.Digest.String())
	var config v1.ConfigFile
	if err := json.Unmarshal(content, &config); err != nil || !slices.Equal(config.Config.Entrypoint, []string{"/hello"}) || config.OS != "linux" {
		t.Errorf("config %s: %v", content, err)
	}
	if response, layer := get("/v2/library/hello/blobs/" + manifest.Layers[0].Digest.String()); int64(len(layer)) != manifest.Layers[0].Size {
		t.Errorf("layer: %d, %d bytes, want %d", response.code, len(layer), manifest.Layers[0].Size)
	}
	for _, unknown := range []string{
		"/v2/library/hello/manifests/v2?ns=docker.io", "/v2/library/hello/manifests/v1?ns=example.org",
		"/v2/library/none/manifests/v1?ns=docker.io", "/v2/library/hello/blobs/sha256:..", "/etc/passwd",
	} {
		if response, _ := get(unknown); response.code != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", unknown, response.code)
		}
	}
	if names, err := imageNames(filepath.Join(dir, "hello")); err != nil || !slices.Equal(names, []string{"docker.io/library/hello:v1"}) {
		t.Errorf("names: %v, %v", names, err)
	}
}

func TestFullName(t *testing.T) {
	for short, want := range map[string]string{
		"nginx":                           "docker.io/library/nginx:latest",
		"echo:v2":                         "docker.io/library/echo:v2",
		"kubectlrio/rio-webhook:dev":      "docker.io/kubectlrio/rio-webhook:dev",
		"docker.io/kubectl-rio/pause:v1":  "docker.io/kubectl-rio/pause:v1",
		"localhost/x":                     "localhost/x:latest",
		"registry.example:5000/team/x":    "registry.example:5000/team/x:latest",
		"registry.example:5000/team/x:v1": "registry.example:5000/team/x:v1",
	} {
		if got := fullName(short); got != want {
			t.Errorf("%s: got %s, want %s", short, got, want)
		}
	}
}
