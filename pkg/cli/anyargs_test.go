package cli

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/test/nonsense"
)

// guard lets nobody read, and notes who tries to write.
type guard struct {
	mu     sync.Mutex
	writes []string
}

func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && !strings.HasSuffix(r.URL.Path, "reviews") {
		g.mu.Lock()
		g.writes = append(g.writes, r.Method+" "+r.URL.Path)
		g.mu.Unlock()
	}
	answer(w, http.StatusForbidden, failure(403, "Forbidden", `pods is forbidden: User "nobody" cannot list resource "pods" in API group "" in the namespace "shop"`))
}

func (g *guard) written() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return strings.Join(g.writes, "; ")
}

// guarded begins a guard, and gives a function that runs a command against it.
func guarded(t *testing.T) (*guard, func(args []string) screen) {
	t.Helper()
	g := &guard{}
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	useCluster(t, server.URL)
	t.Setenv("KUBE_EDITOR", "true")
	t.Chdir(t.TempDir())
	if err := os.WriteFile("nginx", []byte("services: {web: {image: nginx}}\n"), 0o600); err != nil { // the one file that is here
		t.Fatal(err)
	}
	return g, func(args []string) screen {
		streams, _, out, errOut := genericiooptions.NewTestIOStreams()
		ctx, done := context.WithTimeout(t.Context(), 20*time.Second)
		defer done()
		code := Main(ctx, args, streams)
		return screen{code, out.String(), errOut.String()}
	}
}

// verbs are the commands that do something with a cluster's services.
func verbs() []*cobra.Command {
	return nonsense.Verbs(NewRootCmd(NewOptions(genericiooptions.NewTestIOStreamsDiscard())))
}

// R: whatever the arguments are, a command ends with an answer, and changes nothing that it
// could not read first.
func TestAnyArgumentsAreAnswered(t *testing.T) {
	g, run := guarded(t)
	line := nonsense.Line(verbs())
	rapid.Check(t, func(t *rapid.T) {
		args := line.Draw(t, "line")
		wantAnswer(t, g, args, run(args))
	})
}

func wantAnswer(t failer, g *guard, args []string, got screen) {
	if err := nonsense.Judge(got.Code, got.Err); err != nil {
		t.Fatalf("%q: %v", args, err)
	}
	if got == (screen{}) {
		t.Fatalf("%q said nothing", args)
	}
	if g.written() != "" || got.Code < 0 || got.Code > exitUsage {
		t.Fatalf("%q ended with %d (%q) and wrote %s", args, got.Code, got.Err, g.written())
	}
}

// failer is what rapid.T and testing.T have in common here.
type failer interface {
	Fatalf(format string, args ...any)
}

// Any line of words, as a shell would pass it on.
func FuzzCommandLine(f *testing.F) {
	root := NewRootCmd(NewOptions(genericiooptions.NewTestIOStreamsDiscard()))
	for _, cmd := range verbs() {
		for line := range strings.SplitSeq(cmd.Example, "\n") {
			if call, ok := strings.CutPrefix(strings.TrimSpace(line), "kubectl rio "); ok {
				f.Add(call)
			}
		}
	}
	for _, valid := range []string{"run --name web nginx", "config create site nginx", "secret create db nginx", "volume create data 1", "stack create other", "up shop nginx", "route add www to web"} {
		f.Add(valid) // and yet refused, for nothing can be read
	}
	f.Add("")
	f.Add("--")
	f.Add("weight -- --")
	f.Fuzz(func(t *testing.T, line string) {
		args := shellWords(line)
		if cmd, _, err := root.Find(args); err == nil && nonsense.Apart(cmd) {
			return // it is not about the cluster alone
		}
		for _, arg := range args {
			if strings.Contains(arg, "kubeconfig") || strings.HasPrefix(arg, "--server") || strings.HasPrefix(arg, "-s") || strings.HasPrefix(arg, "--cache-dir") {
				return // it asks another cluster
			}
		}
		g, run := guarded(t)
		wantAnswer(t, g, args, run(args))
	})
}

// A name that is none is refused by every command that takes names, with the name and before
// anything is asked of the cluster.
func TestBadNamesAreUsageErrors(t *testing.T) {
	for verb, form := range map[string]string{
		"scale": "%s=3", "weight": "%s:v2=10%%", "promote": "%s:v2", "undo": "%s", "abort": "%s", "history": "%s", "rm": "%s", "logs": "%s", "exec": "%s ls", "attach": "%s", "ps": "%s", "why": "%s",
		"stage --image x": "%s:v2", "run nginx --name": "", "config create": "%s -", "config rm": "%s", "config cat": "%s", "cat": "%s", "secret create": "%s -", "secret rm": "%s",
		"volume create": "%s 1", "volume rm": "%s", "stack create": "%s", "stack rm": "%s", "stack update": "%s", "route rm": "%s", "route add": "%s to web",
	} {
		for _, name := range []string{"Foobar", "foo_bar", "-", ".", "a..b", "foobar-", strings.Repeat("x", 254)} {
			args := append(strings.Fields(verb), strings.Fields(fmt.Sprintf(form, name))...)
			if verb == "run nginx --name" {
				args = []string{"run", "--name=" + name, "nginx"}
			}
			if name == "-" && args[0] == "config" {
				continue // standard input is a file there
			}
			t.Run(verb+" "+name[:min(len(name), 9)], func(t *testing.T) {
				got := try(t, args...)
				if got.Code != exitUsage || !strings.Contains(got.Err, name) {
					t.Errorf("exit code %d, %q", got.Code, got.Err)
				}
			})
		}
	}
}
