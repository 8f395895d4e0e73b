package cli

import (
	"bytes"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

func TestCommandsInMessagesNameTheCluster(t *testing.T) {
	for sentence, c := range map[string]struct{ args, text, want string }{
		"no flag, nothing to name":    {"ps -n shop", "see: kubectl rio ps -n shop", "see: kubectl rio ps -n shop"},
		"each command of a message":   {"ps --context prod", "go on: kubectl rio promote v; go back: kubectl rio undo v", "go on: kubectl rio --context prod promote v; go back: kubectl rio --context prod undo v"},
		"kubectl's own":               {"ps --context prod", "kubectl delete node a", "kubectl --context prod delete node a"},
		"no command, only of the rio": {"ps --context prod", "it was not made by kubectl rio; kubectl rio finds it; install kubectl-rio", "it was not made by kubectl rio; kubectl rio finds it; install kubectl-rio"},
		"all that say which":          {"ps --kubeconfig f --cluster c --user u --as jane -s https://a:1", "kubectl get pods", "kubectl --kubeconfig f --cluster c --user u --as jane --server https://a:1 get pods"},
		"and how it is trusted":       {"ps --certificate-authority ca.crt --tls-server-name a", "kubectl get pods", "kubectl --certificate-authority ca.crt --tls-server-name a get pods"},
		"each group, as the user":     {"ps --as jane --as-group a --as-group b", "kubectl rio ps; kubectl rio adopt deploy/a; kubectl create rolebinding", "kubectl rio --as jane --as-group a --as-group b ps; kubectl rio adopt deploy/a; kubectl create rolebinding"},
		"no secret":                   {"ps --token hush --context prod", "kubectl get pods", "kubectl --context prod get pods"},
		"the kubeconfig itself":       {"ps --context prod", "see: kubectl config get-contexts", "see: kubectl config get-contexts"},
		"what a shell would part":     {"ps --context=a$(b)", "kubectl rio up", "kubectl rio --context 'a$(b)' up"},
		"no flag of the verb's own":   {"ps --as jane --user u --context c", "kubectl rio adopt deploy/a; kubectl rio run a; kubectl create rolebinding", "kubectl rio --context c --user u adopt deploy/a; kubectl rio --context c --as jane run a; kubectl --context c create rolebinding"},
		"nor of this one":             {"adopt --as web --context c deploy/a", "kubectl rio ps", "kubectl rio --context c ps"},
	} {
		o := NewOptions(genericiooptions.NewTestIOStreamsDiscard())
		cmd, args, err := NewRootCmd(o).Find(strings.Fields(c.args))
		if err == nil {
			err = cmd.ParseFlags(args)
		}
		if err != nil {
			t.Fatal(err)
		}
		if got := o.connection().in(c.text); got != c.want {
			t.Errorf("%s: %q, want %q", sentence, got, c.want)
		}
	}
}

// A verb that is not found in messages, or has a flag of its own by such a name, would be forgotten.
func TestTheVerbsOfMessagesAreTheCommands(t *testing.T) {
	o := NewOptions(genericiooptions.NewTestIOStreamsDiscard())
	root := NewRootCmd(o)
	for _, verb := range root.Commands() {
		if name := verb.Name(); name != "completion" && !toType.MatchString("kubectl rio "+name+" x") { // which asks no cluster
			t.Errorf("%s is not found", name)
		}
	}
	for _, cmd := range everyCommand(root) {
		for _, flag := range []string{"kubeconfig", "context", "cluster", "user", "as", "server", "certificate-authority", "tls-server-name", "as-group"} {
			if own := cmd.LocalNonPersistentFlags().Lookup(flag); own != nil && !slices.Contains(leftOut[cmd.Name()], flag) {
				t.Errorf("--%s is another flag of %s", flag, cmd.CommandPath())
			}
		}
	}
}

// Wherever a message is written, its commands name the cluster; a document is no message.
func TestWhereMessagesNameTheCluster(t *testing.T) {
	var out, talk bytes.Buffer
	o := NewOptions(genericiooptions.IOStreams{Out: &out, ErrOut: &talk})
	*o.Config.Context = "prod"
	found := []rio.Finding{{Link: rio.LinkPods, Text: "0/1 ready", Fix: "kubectl rio logs web", Details: []rio.Detail{{Text: "see: kubectl get pods"}}}}
	_ = (&findingFlags{}).print(o, "Why", "shop:web", "", found)
	l := o.progress().begin("pods")
	l.update("gone for good: kubectl delete node a")
	l.end("")
	o.talk("next: kubectl rio %s", "ps")
	o.controlplane(0).Show(found)
	o.In = strings.NewReader("\nv1\n")
	_, _ = o.askQuestion(stack.Question{Variable: "TAG", Required: true}, "")
	for text, want := range map[string]int{"kubectl rio --context prod logs web": 2, "kubectl --context prod get pods": 2, "kubectl --context prod delete node a": 1, "kubectl rio --context prod ps": 1, "kubectl rio --context prod up --answers FILE": 1} {
		if n := strings.Count(out.String()+talk.String(), text); n != want {
			t.Errorf("%q is said %d times, want %d:\n%s%s", text, n, want, out.String(), talk.String())
		}
	}
	out.Reset()
	_ = (&findingFlags{output: "json"}).print(o, "Why", "shop:web", "", found)
	list := &listFlags{form: form{output: "json"}}
	_ = list.print(o, []printer.Service{{Detail: "see: kubectl rio why web"}}, nil)
	if strings.Contains(out.String(), "prod") {
		t.Errorf("a document is as it was: %s", out.String())
	}
}

func TestTheTableOfServicesNamesTheCluster(t *testing.T) {
	s := newStore()
	fill(t, s, []byte(gatewaySettings))
	server := httptest.NewServer(s)
	defer server.Close()
	given(t, s, server.URL, "run --name web -p 80/http nginx")
	given(t, s, server.URL, "stage --image httpd web:v2")
	delete(s.objects, "/apis/apps/v1/namespaces/shop/deployments/web")
	for args, want := range map[string]string{
		"ps":                        "latest is lost: kubectl rio why -n shop web",
		"ps --context test":         "latest is lost: kubectl rio --context test why -n shop web",
		"ps --context test -o json": "latest is lost: kubectl rio why -n shop web",
	} {
		if got := runAgainst(t, server.URL, strings.Fields(args)...); !strings.Contains(got.Out, want) {
			t.Errorf("%s: %s%s", args, got.Out, got.Err)
		}
	}
}
