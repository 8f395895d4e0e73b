package cluster

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	utilrand "k8s.io/apimachinery/pkg/util/rand"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
	"github.com/kubectl-rio/kubectl-rio/test/traffic"
)

// TestScripts plays testdata/*.txtar. Each script has in its environment
//
//	NS, NS2    a stack of its own, which KUBECONFIG's context names, and another one;
//	           both are made by the first command that needs them
//	DOMAIN     that services are published under
//
// and a folder of its own to work in.
func TestScripts(t *testing.T) {
	t.Parallel()
	gateway := openGateway(t)
	shortWay := lab.ShortWay(t)
	testscript.Run(t, testscript.Params{
		Files:              lab.Stories(t, "testdata", slow...),
		RequireUniqueNames: true,
		Cmds:               commands(),
		Setup: func(env *testscript.Env) error {
			title := strings.TrimPrefix(filepath.Base(env.WorkDir), "script-")
			name := namespaceName(title)
			k, err := lab.NewKubectl(env.WorkDir, name)
			if err != nil {
				return err
			}
			text, err := os.ReadFile(filepath.Join("testdata", title+".txtar"))
			if err != nil {
				return err
			}
			stacks := []string{name} // to record one that nobody makes costs as much
			if strings.Contains(string(text), "NS2") {
				stacks = append(stacks, name+"-b")
			}
			env.Defer(func() { cleanUp(t, k, stacks...) })
			if !strings.HasPrefix(title, "why") { // there invariants are broken by hand, to see what is said
				held, err := lab.WatchInvariants(context.Background(), k, stacks...)
				if err != nil {
					return err
				}
				env.Defer(func() { // before the namespaces go
					if err := held(context.Background()); err != nil {
						t.Errorf("%s: %v", name, err)
					}
				})
			}
			for key, value := range map[string]string{
				"KUBECONFIG": k.Kubeconfig, "NS": name, "NS2": name + "-b", "DOMAIN": gateway.Domain,
				"HOME": env.WorkDir, "KUBECACHEDIR": filepath.Join(os.TempDir(), "kubectl-rio-test-cache"),
				"TERM": "xterm", "LC_ALL": "C.UTF-8", "RIO_AUDIT_LOG": os.Getenv("RIO_AUDIT_LOG"),
			} {
				env.Setenv(key, value)
			}
			lab.SetShortLived(env.Setenv)
			if !slices.Contains(throughKubectl, title) {
				env.Setenv("PATH", shortWay+string(os.PathListSeparator)+env.Getenv("PATH"))
			}
			env.Values[storyKey{}] = &story{kubectl: k, gateway: gateway}
			return nil
		},
	})
}

// slow are the stories that take longest, the longest last: what waits last begins first, and none
// of them is left alone at the end.
var slow = []string{
	"edit", "logs", "routemesh", "flags-health", "attach", "wait",
	"events", "flags-pod", "adopt", "walkthrough", "mesh", "protocols", "whypods", "config", "canary", "flags-scale", "compose", "chosen", "volume",
	"routerelease", "release", "stack", "whyroutes", "alone", "routes", "foreign", "undo", "gradual", "flags-workloads",
}

// throughKubectl are the stories in which kubectl is to find the plugin.
var throughKubectl = []string{"walkthrough", "completion"}

// story is what the commands know of the script they are in.
type story struct {
	kubectl lab.Kubectl
	gateway *lab.Gateway
	loads   []*traffic.Run
	mark    int64  // where in the audit log the mark is
	before  string // what there was at the mark
}

type storyKey struct{}

func storyOf(ts *testscript.TestScript) *story { return ts.Value(storyKey{}).(*story) }

// namespaceName is one that nobody has, also among the thousands of a soak, of which some stay to its end.
func namespaceName(test string) string { return "rio-test-" + test + "-" + utilrand.String(6) }

func openGateway(t *testing.T) *lab.Gateway {
	t.Helper()
	k, err := lab.NewKubectl(t.TempDir(), "default")
	if err != nil {
		t.Fatal(err)
	}
	gateway, err := lab.OpenGateway(t.Context(), k)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(gateway.Close)
	return gateway
}

// cleanUp clears away what a test made, also after it failed.
func cleanUp(t *testing.T, k lab.Kubectl, names ...string) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := k.Clear(ctx, names...); err != nil {
		t.Error(err)
	}
	if _, err := k.Run(ctx, "delete", "persistentvolumes", "--wait=false", "-l", "rio-test="+names[0]); err != nil {
		t.Error(err)
	}
}
