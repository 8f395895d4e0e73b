package lab

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// clearing is an API server that has some namespaces, and a kubectl that only notes how it is called.
type clearing struct {
	Kubectl
	t     *testing.T
	calls string // file

	mu      sync.Mutex
	deleted []string
}

// newClearing has namespaces, but not the kind gateways; nothing can be deleted in one that is called broken.
func newClearing(t *testing.T, sandbox string, namespaces ...string) *clearing {
	t.Helper()
	c := &clearing{t: t, calls: filepath.Join(t.TempDir(), "calls")}
	c.Kubectl = serve(t, func(w http.ResponseWriter, r *http.Request) {
		path := strings.Split(r.URL.Path, "/")
		i := slices.Index(path, "namespaces")
		switch {
		case !slices.Contains(namespaces, path[i+1]) || path[len(path)-1] == "gateways":
			http.NotFound(w, r)
			return
		case r.Method == http.MethodDelete && path[i+1] == "broken":
			http.Error(w, "not now", http.StatusInternalServerError)
			return
		case r.Method == http.MethodDelete:
			c.mu.Lock()
			defer c.mu.Unlock()
			c.deleted = append(c.deleted, strings.TrimSpace(strings.Join(path[i+1:], "/")+" "+r.URL.Query().Get("labelSelector")))
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": "x"}}`)
	})
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "kubectl"), []byte("#!/bin/sh\necho $KUBECONFIG \"$@\" >> "+c.calls+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	t.Setenv("RIO_SANDBOX", sandbox)
	t.Setenv("KUBECONFIG", "its-config")
	cleared.names = nil
	t.Cleanup(func() { cleared.names = nil })
	return c
}

// called wants kubectl to have been told to delete these namespaces, each line one command.
func (c *clearing) called(lines ...string) {
	c.t.Helper()
	out, err := os.ReadFile(c.calls)
	if err != nil && !os.IsNotExist(err) {
		c.t.Fatal(err)
	}
	want := ""
	for _, line := range lines {
		config, names, _ := strings.Cut(line, " ")
		want += config + " delete namespace --ignore-not-found --wait=false " + names + "\n"
	}
	if string(out) != want {
		c.t.Errorf("kubectl was called\n%swant\n%s", out, want)
	}
}
