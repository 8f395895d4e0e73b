package cli

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"pgregory.net/rapid"
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

// apart are commands of which a cluster is not all that they touch.
var apart = []string{"completion", "install", "upgrade", "uninstall", "check", "info", "help"}

// verbs are the commands that do something, but for those.
func verbs() []*cobra.Command {
	var all []*cobra.Command
	for _, cmd := range everyCommand(NewRootCmd(NewOptions(genericiooptions.NewTestIOStreamsDiscard()))) {
		words := strings.Fields(cmd.CommandPath())
		if len(words) > 2 && !slices.Contains(apart, words[2]) && !cmd.HasSubCommands() {
			all = append(all, cmd)
		}
	}
	return all
}

// What people and scripts type wrong, and what no name, number, file or image is.
var nonsense = []string{
	"", " ", "-", "=", ":", "/", "//", "a/b/c", "foobar:", ":v2", "foobar:v2:v3", "Foobar", "foo_bar", "foo bar", "-1", "0", "99999999999999999999", "1e9", "NaN",
	"foobar=", "foobar:v2=", "foobar:v2=-1", "foobar:v2=101%", "foobar=1=2", "foobar:latest=5%", "ä", "\x00", "\xff\xfe", "{{", "{{.", "$(id)", "../../etc/passwd", "%s%n",
	strings.Repeat("x", 64), strings.Repeat("a.", 200), "http://", "80:80:80:80", "65536/http", "80/smtp", "1h1h1", "-5m", "regexp((", "a=b=c", "true", "null", "[", "*",
	"foobar", "foobar:v2", "foobar:v2=10%", "foobar=3", "shop/foobar", "www/api*", "to", "nginx", "/data", "data:/data", "5m", "10%",
}

// R: whatever the arguments are, a command ends with an answer, and changes nothing that it
// could not read first.
func TestAnyArgumentsAreAnswered(t *testing.T) {
	g, run := guarded(t)
	all := verbs()
	rapid.Check(t, func(t *rapid.T) {
		cmd := rapid.SampledFrom(all).Draw(t, "command")
		args := strings.Fields(strings.TrimPrefix(cmd.CommandPath(), "kubectl rio "))
		var flags []*pflag.Flag
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Name != "help" {
				flags = append(flags, f)
			}
		})
		for range rapid.IntRange(0, 3).Draw(t, "flags") {
			f := rapid.SampledFrom(flags).Draw(t, "flag")
			args = append(args, "--"+f.Name+"="+rapid.SampledFrom(nonsense).Draw(t, "value"))
		}
		args = append(args, rapid.SliceOfN(rapid.SampledFrom(nonsense), 0, 4).Draw(t, "arguments")...)
		wantAnswer(t, g, args, run(args))
	})
}

func wantAnswer(t failer, g *guard, args []string, got screen) {
	switch {
	case g.written() != "":
		t.Fatalf("%q wrote %s", args, g.written())
	case got.Code == 0 && got.Out == "" && got.Err == "":
		t.Fatalf("%q said nothing", args)
	case got.Code != 0 && (!strings.HasPrefix(got.Err, "error: ") && !strings.Contains(got.Err, "\nerror: ") || strings.Contains(got.Err, "error: \n")):
		t.Fatalf("%q ended with %d and %q", args, got.Code, got.Err)
	case got.Code < 0 || got.Code > exitUsage:
		t.Fatalf("%q ended with %d: %q", args, got.Code, got.Err)
	case strings.Contains(got.Err, "nil pointer") || strings.Contains(got.Err, "%!"):
		t.Fatalf("%q shows the inside of the program: %q", args, got.Err)
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
		if cmd, _, err := root.Find(args); err == nil && slices.ContainsFunc(apart, func(name string) bool { return strings.Contains(cmd.CommandPath(), " "+name) }) {
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
