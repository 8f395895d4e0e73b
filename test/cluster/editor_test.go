package cluster

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
	"github.com/kubectl-rio/kubectl-rio/test/cluster/program"
)

// readers has one command for each verb that changes nothing, on a service foobar with a
// staged revision v2, a config and a secret.
var readers = append([]string{
	"ps", "history foobar", "logs --tail 1 foobar", "exec foobar hostname", "version", "why foobar", "inspect foobar", "wait foobar", "wait --for weight=0% foobar:v2",
	"export", "diff testdata/up.yml", "edit foobar", "cat site", "config ls", "config cat site", "secret ls", "secret cat db", "volume ls", "route ls",
}, endless...)

// endless are those that would go on for ever.
var endless = []string{"attach foobar", "events --since 1h foobar"}

// inTurn are verbs whose commands are played in one stack, on a service foobar with a staged
// revision v2: each finds what those before it leave.
var inTurn = []string{"weight", "abort", "scale", "route add", "route rm", "rm", "up"}

// editor is somebody with the role edit in one namespace, and no other right.
type editor struct {
	t       *testing.T
	kubectl lab.Kubectl
	admin   lab.Kubectl // of somebody who may do all
}

func newEditor(t *testing.T) editor {
	t.Helper()
	admin, err := lab.NewKubectl(t.TempDir(), namespaceName("editor"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := admin.Clear(context.Background(), admin.Namespace); err != nil {
			t.Error(err)
		}
	})
	token := ""
	for _, command := range []string{
		"create namespace " + admin.Namespace, "create serviceaccount editor",
		"create rolebinding editor --clusterrole=edit --serviceaccount=" + admin.Namespace + ":editor", "create token editor --duration=12h", // for a soak
	} {
		if token, err = admin.Run(t.Context(), strings.Fields(command)...); err != nil {
			t.Fatal(err)
		}
	}
	config, err := clientcmd.LoadFromFile(admin.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	current := config.Contexts[config.CurrentContext]
	config.AuthInfos[current.AuthInfo] = &clientcmdapi.AuthInfo{Token: strings.TrimSpace(token)}
	e := editor{t, lab.Kubectl{Kubeconfig: admin.Kubeconfig + "-editor", Namespace: admin.Namespace}, admin}
	if err := clientcmd.WriteToFile(*config, e.kubectl.Kubeconfig); err != nil {
		t.Fatal(err)
	}
	return e
}

// try plays a command as the editor.
func (e editor) try(ctx context.Context, command string) (code int, stderr string) {
	code, _, stderr = program.Run(ctx, e.kubectl.Kubeconfig, strings.Fields(command)...)
	return code, stderr
}

func (e editor) do(command string) {
	e.t.Helper()
	ctx, cancel := context.WithTimeout(e.t.Context(), 2*time.Minute)
	defer cancel()
	if words := strings.Fields(command); words[0] == "kubectl" {
		if _, err := e.kubectl.Run(ctx, words[1:]...); err != nil {
			e.t.Errorf("an editor may not: %s: %v", command, err)
		}
		return
	}
	if code, stderr := e.try(ctx, command); code != 0 {
		e.t.Errorf("an editor may not: kubectl rio %s ended with code %d: %s", command, code, stderr)
	}
}

// ledToFrom has an administrator lead routes of a host to a service, in another stack, which it names.
func (e editor) ledToFrom(host, to string) (stack string) {
	e.t.Helper()
	admin := e
	admin.kubectl, stack = e.admin, e.admin.Namespace+"-far"
	e.t.Cleanup(func() {
		if err := e.admin.DeleteNamespaces(context.Background(), stack); err != nil {
			e.t.Error(err)
		}
	})
	admin.do("route add " + host + "." + stack + " to " + e.admin.Namespace + "/" + to)
	return stack
}

// TestEditorMayUseEveryVerb plays every verb as somebody who may edit one namespace.
func TestEditorMayUseEveryVerb(t *testing.T) {
	t.Parallel()
	changing := slices.DeleteFunc(playable(t), func(s scenario) bool {
		all := strings.Join(append(slices.Clone(s.setup), s.command), "\n")
		return s.halted != nil || strings.Contains(all, " --permission ") // nobody may give rights that are not his own
	})
	changing = append(changing, scenario{command: "create --name foobar -p 80/http --mesh=false echo:v1"})
	var played []scenario // one of each verb
	for _, verb := range verbs(func(*cobra.Command) bool { return true }) {
		if i := slices.IndexFunc(changing, func(s scenario) bool { return s.is(verb) }); i >= 0 {
			played = append(played, changing[i])
		} else if !slices.ContainsFunc(readers, func(command string) bool { return strings.HasPrefix(command+" ", verb+" ") }) {
			t.Errorf("verb %q is not played with the rights of an editor; add a command of it to readers in test/cluster/editor_test.go", verb)
		}
	}
	played = slices.DeleteFunc(slices.Clone(played), func(s scenario) bool { // another one begins with it
		return slices.ContainsFunc(played, func(other scenario) bool { return slices.Contains(other.setup, s.command) })
	})
	t.Run("in turn", func(t *testing.T) {
		t.Parallel()
		e := newEditor(t)
		e.do(runFoobar)
		e.do(stageFoobar)
		for _, verb := range inTurn {
			i := slices.IndexFunc(played, func(s scenario) bool { return s.is(verb) })
			if i < 0 {
				t.Fatalf("no command of %q is to be played", verb)
			}
			e.do(played[i].command)
		}
	})
	for _, s := range played {
		if slices.ContainsFunc(inTurn, s.is) {
			continue
		}
		t.Run(s.command, func(t *testing.T) {
			t.Parallel()
			e := newEditor(t)
			for _, command := range append(slices.Clone(s.setup), s.command) {
				e.do(command)
			}
		})
	}
	t.Run("readers", func(t *testing.T) {
		t.Parallel()
		e := newEditor(t)
		e.do("run --name foobar -p 80/http --mesh=false nginx")
		e.do(stageFoobar)
		e.do(createSite)
		e.do(createDB)
		for _, command := range readers {
			limit := time.Minute
			if slices.Contains(endless, command) {
				limit = 5 * time.Second
			}
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			code, stderr := e.try(ctx, command)
			meant := code == 0 || strings.HasPrefix(command, "diff ") && code == 1 || slices.Contains(endless, command) && ctx.Err() != nil
			if !meant || strings.Contains(stderr, "may not ") {
				t.Errorf("an editor may not: kubectl rio %s ended with code %d: %s", command, code, stderr)
			}
			cancel()
		}
	})
	t.Run("who may see the gateway's pods and not reach them", func(t *testing.T) {
		t.Parallel()
		e := newEditor(t)
		admin := func(args ...string) {
			if _, err := e.admin.Run(context.Background(), args...); err != nil {
				t.Error(err)
			}
		}
		admin("create", "clusterrolebinding", e.kubectl.Namespace, "--clusterrole=view", "--serviceaccount="+e.kubectl.Namespace+":editor")
		t.Cleanup(func() { admin("delete", "clusterrolebinding", e.kubectl.Namespace) })
		e.do("run --name foobar -p 80/http --mesh=false nginx")
		e.do(stageFoobar)
		if code, stderr := e.try(t.Context(), "weight foobar:v2=30"); code != 0 || !strings.Contains(stderr, "waited 3s unseen: no right to ask the gateway's pods") {
			t.Errorf("code %d: %s", code, stderr)
		}
		stack := e.ledToFrom("aaa", "foobar") // which is seen, and not written
		if code, stderr := e.try(t.Context(), "abort foobar"); code != 1 || !strings.Contains(stderr, `the routes of "`+stack+`/aaa" lead on where they led: you (`) {
			t.Errorf("code %d: %s", code, stderr)
		}
		// a gradual release goes to its end all the same
		if code, stderr := e.try(t.Context(), "weight --step 20 --every 1s foobar:v2=40%"); code != 1 || strings.Contains(stderr, "holds at") {
			t.Errorf("code %d: %s", code, stderr)
		}
		e.do("wait --for weight=40% foobar:v2")
		if code, stderr := e.try(t.Context(), "abort foobar"); code != 1 {
			t.Errorf("code %d: %s", code, stderr)
		}
		if code, stderr := e.try(t.Context(), "scale foobar=2"); code != 0 || !strings.Contains(stderr, `the routes of "`+stack+`/aaa" lead on where they led: you (`) {
			t.Errorf("code %d: %s", code, stderr)
		}
		e.do("wait --for weight=0% foobar:v2")
	})
	t.Run("who may not see routes of other stacks", func(t *testing.T) {
		t.Parallel()
		e := newEditor(t)
		e.do("run --name foobar -p 80/http --mesh=false nginx")
		e.do(stageFoobar)
		e.ledToFrom("www", "foobar:v2")
		if code, stderr := e.try(t.Context(), "rm foobar:v2"); code != 0 || !strings.Contains(stderr, "routes of other stacks that lead here are not seen and do not follow") {
			t.Errorf("code %d: %s", code, stderr)
		}
	})
	t.Run("elsewhere", func(t *testing.T) {
		t.Parallel()
		e := newEditor(t)
		for _, command := range []string{"ps -n rio-system", "ps -A", "run -n default --name " + e.kubectl.Namespace + " echo:v1"} {
			if code, stderr := e.try(t.Context(), command); code != 1 || !strings.Contains(stderr, "may not ") {
				t.Errorf("an editor of %s may: kubectl rio %s ended with code %d: %s", e.kubectl.Namespace, command, code, stderr)
			}
		}
	})
}
