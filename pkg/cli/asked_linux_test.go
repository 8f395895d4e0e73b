package cli

import (
	"bytes"
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// person sits at a terminal: what stands on it is read, and each question is answered with yes
// when what happens meanwhile has happened.
type person struct {
	bytes.Buffer
	keyboard  *os.File
	meanwhile func()
}

func (p *person) Write(text []byte) (int, error) {
	n, err := p.Buffer.Write(text)
	if bytes.HasSuffix(text, []byte("[y/N] ")) {
		p.meanwhile()
		_, err = p.keyboard.WriteString("y\n")
	}
	return n, err
}

const running = `
/apis/apps/v1/namespaces/shop/deployments/theirs:
  apiVersion: apps/v1
  kind: Deployment
  metadata: {name: theirs, namespace: shop, managedFields: []}
  spec:
    replicas: 2
    selector: {matchLabels: {app: theirs}}
    template: {metadata: {labels: {app: theirs}}, spec: {containers: [{name: main, image: "web:1", ports: [{containerPort: 8080}]}]}}
`

// What was asked is what is done: of something else that is there by now nothing was said.
func TestNothingIsDoneOfWhatNobodySaid(t *testing.T) {
	theirs := "/apis/apps/v1/namespaces/shop/deployments/theirs"
	scale := func(s *store, n int) {
		s.mu.Lock()
		defer s.mu.Unlock()
		asObject(s.objects[theirs]["spec"])["replicas"] = n
	}
	for sentence, c := range map[string]struct {
		command   string
		meanwhile func(t *testing.T, s *store, url string)
		want      string // an error; empty: it is done
	}{
		"adopt, of what stays":               {"adopt --timeout 2s deploy/theirs", func(*testing.T, *store, string) {}, ""},
		"adopt, with more pods to replace":   {"adopt --timeout 2s deploy/theirs", func(_ *testing.T, s *store, _ string) { scale(s, 3) }, "error: deployment/theirs was changed while you were asked; look at it, and repeat the command\n"},
		"adopt, of what is gone":             {"adopt --timeout 2s deploy/theirs", func(_ *testing.T, s *store, _ string) { s.mu.Lock(); defer s.mu.Unlock(); delete(s.objects, theirs) }, "deployment"},
		"release, of what stays":             {"release --wait=false web", func(*testing.T, *store, string) {}, ""},
		"release, of what carries other now": {"release --force --wait=false web", func(t *testing.T, s *store, url string) { given(t, s, url, "given weight web:v2=10%") }, "error: \"web\" was changed while you were asked; look at it, and repeat the command\n"},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := newStore()
			fill(t, s, []byte(gatewaySettings))
			fill(t, s, []byte(running))
			server := httptest.NewServer(s)
			defer server.Close()
			given(t, s, server.URL, "given run --name web -p 80/http nginx")
			given(t, s, server.URL, "given stage --image httpd web:v2")
			useCluster(t, server.URL)
			s.writes = nil
			in, keyboard := terminal(t)
			var mine []string
			p := &person{keyboard: keyboard}
			p.meanwhile = func() {
				mine = slices.Clone(s.writes)
				c.meanwhile(t, s, server.URL)
				s.writes = nil
			}
			ctx, done := context.WithTimeout(t.Context(), 15*time.Second)
			defer done()
			code := Main(ctx, strings.Fields(c.command), genericiooptions.IOStreams{In: in, Out: p, ErrOut: p})
			if !strings.Contains(p.String(), "Go on? [y/N] ") || len(mine) > 0 {
				t.Fatalf("nobody is asked, or only behind %v: %s", mine, p)
			}
			switch {
			case c.want == "" && len(s.writes) == 0: // no pod is ever replaced here, which adopt waits for
				t.Errorf("it is not done: %d, %s", code, p)
			case c.want != "" && (code != 1 || len(s.writes) > 0 || !strings.Contains(p.String()[strings.Index(p.String(), "[y/N] "):], c.want)):
				t.Errorf("exit code %d, written %v, said %s", code, s.writes, p)
			}
		})
	}
}

// The end of the input is a no.
func TestNothingIsDoneAtTheEndOfTheInput(t *testing.T) {
	s := newStore()
	server := httptest.NewServer(s)
	defer server.Close()
	useCluster(t, server.URL)
	file := filepath.Join(t.TempDir(), "shop-stack.yml")
	if err := os.WriteFile(file, []byte("configs: {site: {content: a}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	in, keys := terminal(t)
	if _, err := keys.WriteString("\x04"); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	code := Main(t.Context(), []string{"up", file}, genericiooptions.IOStreams{In: in, Out: &said, ErrOut: &said})
	if code != 0 || len(s.writes) > 0 || !strings.HasSuffix(said.String(), "Go on? [y/N] \nnothing was changed\n") {
		t.Errorf("exit code %d, written %v, said %s", code, s.writes, &said)
	}
}
