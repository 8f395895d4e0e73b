package cli

import (
	"bytes"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// slowEditor saves, and stays open until somebody says so.
const slowEditor = `#!/bin/sh
sed -i s/nginx/httpd/ "$1"
touch "$OPEN"
while [ -e "$OPEN" ]; do sleep 0.01; done
`

// What somebody else changed while the editor was open is not taken back, and what was typed is not lost.
func TestEditTakesNothingBack(t *testing.T) {
	web, db := "/apis/apps/v1/namespaces/shop/deployments/web", "/apis/apps/v1/namespaces/shop/deployments/db"
	for sentence, c := range map[string]struct{ words, changed, conflict string }{
		"a service that was changed":      {"edit --wait=false web", web, "error: shop:web was changed by somebody else while you edited it; edit it as it is now: kubectl rio edit -n shop web; what you wrote is in "},
		"a service beside another":        {"edit --wait=false web", db, ""},
		"a stack with one of its own":     {"edit --wait=false shop/", db, "error: shop was changed by somebody else while you edited it; edit it as it is now: kubectl rio edit shop/; what you wrote is in "},
		"a stack that nobody has changed": {"edit --wait=false shop/", "", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			dir := t.TempDir()
			editor, open := filepath.Join(dir, "editor"), filepath.Join(dir, "open")
			if err := os.WriteFile(editor, []byte(slowEditor), 0o700); err != nil {
				t.Fatal(err)
			}
			t.Setenv("TMPDIR", dir)
			t.Setenv("OPEN", open)
			t.Setenv("KUBE_EDITOR", editor)
			s := newStore()
			server := httptest.NewServer(s)
			defer server.Close()
			given(t, s, server.URL, "given run --name web nginx")
			given(t, s, server.URL, "given run --name db postgres")
			useCluster(t, server.URL)
			s.writes = nil
			meanwhile := make(chan struct{})
			go func() {
				defer close(meanwhile)
				for !isFile(open) && t.Context().Err() == nil {
					time.Sleep(time.Millisecond)
				}
				s.mu.Lock()
				defer s.mu.Unlock()
				if c.changed != "" {
					asObject(s.objects[c.changed]["spec"])["replicas"] = 3
				}
				_ = os.Remove(open)
			}()
			var out, said bytes.Buffer
			code := Main(t.Context(), strings.Fields(c.words), genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &said})
			<-meanwhile
			if c.conflict == "" {
				if code != 0 || len(s.writes) == 0 {
					t.Errorf("exit code %d, written %v, said %s", code, s.writes, &said)
				}
				return
			}
			path, ok := strings.CutPrefix(strings.TrimSuffix(said.String(), "\n"), c.conflict)
			if code != exitConflict || !ok || len(s.writes) > 0 || fmt.Sprint(asObject(s.objects[c.changed]["spec"])["replicas"]) != "3" {
				t.Fatalf("exit code %d, written %v, said %s", code, s.writes, &said)
			}
			if typed, err := os.ReadFile(path); err != nil || !strings.Contains(string(typed), "httpd") {
				t.Errorf("what was typed is %q, %v", typed, err)
			}
		})
	}
}
