package install

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
	"github.com/kubectl-rio/kubectl-rio/test/traffic"
)

// TestScripts plays testdata/*.txtar, one after the other: each has the cluster for itself.
// NS is a namespace that each may use. Their commands, beside those of testscript and lab:
//
//	installed, uninstalled     rio is there, or it and Istio are not: done if need be
//	setup CODE VERB ARG...     kubectl rio VERB, with what this cluster's images need; must end with CODE
//	killed OBJECT VERB ARG...  the same, killed when that is there: what kubectl get takes
//	manifests FILE ARG...      what setup 0 install -o yaml ARG... prints, too long for a log
//	chart VERSION              the release rio is of that version of its chart, with other defaults
//	istio REVISION             somebody installs an Istio of that revision; without one it goes
//	get N SERVICE[:PORT] VERSION
//	                           N answers of the service in NS, through the gateway, are all of that version
//	load RATE DURATION SERVICE ask on and on, until lossless
//	lossless N                 end it; there were N answers at least, and nothing was lost
//	finds DURATION FILE        kubectl rio check, or why of a service, comes to LEVEL:ID... of each line, and no more
//	mark, same                 remember all objects of the cluster; they are as they were
func TestScripts(t *testing.T) {
	if !lab.Sandbox() {
		lab.LeaveOut(t, "only for the sandbox: they take rio and Istio away, and bring others")
		return
	}
	shortWay := lab.ShortWay(t)
	commands := map[string]func(*testscript.TestScript, bool, []string){
		"installed": cmdInstalled, "uninstalled": cmdUninstalled, "setup": cmdSetup, "killed": cmdKilled, "manifests": cmdManifests, "chart": cmdChart, "istio": cmdIstio,
		"get": cmdGet, "load": cmdLoad, "lossless": cmdLossless, "mark": cmdMark, "same": cmdSame,
		"exit": lab.Exit, "eventually": lab.Eventually, "finds": lab.Finds,
	}
	testscript.RunT(serial{t}, testscript.Params{
		Files: lab.Stories(t, "testdata", order...), RequireUniqueNames: true, Cmds: commands,
		Setup: func(env *testscript.Env) error {
			k, err := lab.NewKubectl(env.WorkDir, "rio-test-"+strings.TrimPrefix(filepath.Base(env.WorkDir), "script-"))
			if err != nil {
				return err
			}
			s := &story{player: player{t, k}}
			env.Defer(func() {
				if s.removeTheirs != nil {
					s.removeTheirs()
				}
				// The next story is not to find it half gone.
				if _, err := k.Run(context.Background(), "delete", "namespace", "--ignore-not-found", k.Namespace); err != nil {
					t.Error(err)
				}
			})
			for key, value := range map[string]string{"KUBECONFIG": k.Kubeconfig, "NS": k.Namespace, "HOME": env.WorkDir, "TERM": "xterm", "LC_ALL": "C.UTF-8"} {
				env.Setenv(key, value)
			}
			lab.SetShortLived(env.Setenv)
			env.Setenv("PATH", shortWay+string(os.PathListSeparator)+env.Getenv("PATH"))
			env.Values[storyKey{}] = s
			return nil
		},
	})
}

// order is that of the stories: each begins with what the one before it leaves.
var order = []string{"check", "network-policies", "no-rights", "upgrade", "another-istio", "gitops"}

// serial plays scripts one after the other.
type serial struct{ *testing.T }

func (serial) Parallel()     {}
func (serial) Verbose() bool { return testing.Verbose() }
func (s serial) Run(name string, f func(testscript.T)) {
	s.T.Run(name, func(t *testing.T) { f(serial{t}) })
}

// story is what the commands know of the script they are in.
type story struct {
	player
	load         *traffic.Run
	before       lab.Dump
	removeTheirs func()
}

type storyKey struct{}

func storyOf(ts *testscript.TestScript) *story { return ts.Value(storyKey{}).(*story) }

func cmdInstalled(ts *testscript.TestScript, neg bool, args []string) {
	lab.Need(ts, !neg && len(args) == 0, "installed")
	storyOf(ts).ensure(true)
}

func cmdUninstalled(ts *testscript.TestScript, neg bool, args []string) {
	lab.Need(ts, !neg && len(args) == 0, "uninstalled")
	storyOf(ts).ensure(false)
}

func cmdSetup(ts *testscript.TestScript, neg bool, args []string) {
	lab.Need(ts, !neg && len(args) >= 2, "setup CODE VERB ARG...")
	lab.Exit(ts, false, append([]string{args[0], "kubectl-rio"}, storyOf(ts).setupArgs(args[1:])...))
}

// setupArgs are those of a verb with what this cluster needs; an upgrade keeps the values, and
// an Istio of somebody else has its own.
func (s *story) setupArgs(args []string) []string {
	needs := lab.InstallArgs(os.Getenv)[1:]
	if i := slices.Index(needs, "--istio-values"); i >= 0 && s.removeTheirs != nil {
		needs = slices.Delete(needs, i, i+2)
	}
	if args[0] == "upgrade" {
		i := slices.Index(needs, "--istio-charts")
		needs = needs[i : i+2]
	}
	return slices.Concat(args[:1], needs, args[1:])
}

func cmdKilled(ts *testscript.TestScript, neg bool, args []string) {
	lab.Need(ts, !neg && len(args) >= 2, "killed OBJECT VERB ARG...")
	s := storyOf(ts)
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	ctx, kill := s.kubectl.UntilShown(ctx, append([]string{"get", "--ignore-not-found", "-o", "name"}, strings.Fields(args[0])...)...)
	defer kill()
	out, err := s.kubectl.Command(ctx, "kubectl-rio", s.setupArgs(args[1:])...).CombinedOutput()
	ts.Logf("%s", out)
	if err == nil {
		ts.Fatalf("it ended before %s was there", args[0])
	}
}

func cmdManifests(ts *testscript.TestScript, neg bool, args []string) {
	lab.Need(ts, !neg && len(args) >= 1, "manifests FILE ARG...")
	s := storyOf(ts)
	out, err := s.kubectl.Command(s.t.Context(), "kubectl-rio", s.setupArgs(append([]string{"install", "-o", "yaml"}, args[1:]...))...).Output()
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), out, 0o600))
}

func cmdMark(ts *testscript.TestScript, neg bool, args []string) {
	lab.Need(ts, !neg && len(args) == 0, "mark")
	s := storyOf(ts)
	s.before = s.settled()
}

func cmdSame(ts *testscript.TestScript, neg bool, args []string) {
	lab.Need(ts, !neg && len(args) == 0 && storyOf(ts).before != nil, "mark, then same")
	s := storyOf(ts)
	if lines := s.differs(s.before); lines != nil {
		ts.Fatalf("the cluster is not as it was:\n%s", strings.Join(lines, "\n"))
	}
}

// gatewayInfo is what kubectl rio info says of the way in.
type gatewayInfo struct {
	Domain  string `json:"domain"`
	Gateway struct {
		Ports []string `json:"ports"`
	} `json:"gateway"`
}

// way is the address of the gateway on this machine, and the host of a service.
func (s *story) way(ts *testscript.TestScript, service string) (addr, host string) {
	ts.Check(ts.Exec("kubectl-rio", "info", "-o", "json"))
	var info gatewayInfo
	ts.Check(yaml.Unmarshal([]byte(ts.ReadFile("stdout")), &info))
	port, _, _ := strings.Cut(info.Gateway.Ports[0], "/")
	node := strings.TrimSuffix(info.Domain, ".nip.io")
	if node != "127.0.0.1" { // node ports do not answer on the loopback, and load goes nowhere else
		relayed, err := relay(s.t.Context(), node+":"+port)
		ts.Check(err)
		addr = relayed
	} else {
		addr = node + ":" + port
	}
	return addr, service + "." + s.kubectl.Namespace + "." + info.Domain
}
