package cluster

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rio/kubectl-rio/pkg/cli"
	"github.com/kubectl-rio/kubectl-rio/test/faults"
	"github.com/kubectl-rio/kubectl-rio/test/nonsense"
)

// scenario is a command that changes something. Each of its calls is disturbed in every
// way there is: faults_test.go.
type scenario struct {
	setup   []string // commands, played undisturbed before it; those of kubectl begin with its name
	command string   // its first word is the verb
	done    string   // what its repetition may say, and end with 1, where nothing was left to do
	halted  *halted  // played after the setup
}

// halted is a command that was killed once the server had done a call of it.
type halted struct {
	command string
	at      faults.Point
}

const (
	runFoobar   = "run --name foobar -p 80/http --mesh=false echo:v1"
	stageFoobar = "stage --image echo:v2 foobar:v2"
	splitFoobar = "stage --image echo:v2 --weight 30% foobar:v2"
	promoteV2   = "promote --drain 0s foobar:v2"
	routeWWW    = "route add www to foobar"
	undoFoobar  = "undo --drain 0s foobar"

	// with what stands beside a Deployment, or in its place
	runGuarded = "run --name foobar -p 80/http --batch-size 1 --permission pods --mesh=false echo:v1"
	runScaled  = "run --name foobar -p 80/http --scale 2-3 --cpus 10m --mesh=false echo:v1"
	holdScale  = "scale foobar=2" // its autoscaler
	runOrdered = "run --name foobar -p 80/http --deployment-strategy ordered --mesh=false echo:v1"

	createSite = "config create site testdata/scale.txtar"
	createDB   = "secret create db --from-literal user=rio"
	readFoobar = "run --name foobar --mesh=false --config site:/site --secret db echo:v1"
	createData = "volume create data 1"

	deployWeb     = "kubectl create deployment web --image=echo:v1"
	exposeWeb     = "kubectl expose deployment web --port=80"
	rolledOutWeb  = "kubectl rollout status deployment/web --timeout=60s"
	adoptWeb      = "adopt deploy/web -p 80/http --yes"
	releaseFoobar = "release --force foobar --yes"
)

// patched is the first time that an object is written to.
func patched(api, object string) faults.Point {
	return faults.Point{Method: http.MethodPatch, Path: "/apis/" + api + "/namespaces/$NS/" + object, Nth: 1}
}

// scenarios has at least one for every verb of the program that changes services. One for
// a verb that the program does not have is not played.
var scenarios = []scenario{
	{command: "run --name foobar -p 80/http -p 5432 --mesh=false echo:v1", done: `service "foobar" exists in stack`},
	{command: "create --name foobar -p 80/http --batch-size 1 --permission pods --mesh=false echo:v1", done: `service "foobar" exists in stack`},
	{setup: []string{runFoobar}, command: "scale foobar=2"},
	{setup: []string{runFoobar}, command: splitFoobar},
	// its pods are replaced, and a route leads there, or it has a share
	{setup: []string{runFoobar, stageFoobar, "route add www to foobar:v2"}, command: "stage --image echo:v3 foobar:v2"},
	{setup: []string{createSite, "run --name foobar -p 80/http --mesh=false --config site:/site echo:v1", splitFoobar}, command: "config update --also foobar:v2 site testdata/exec.txtar"},
	{setup: []string{runFoobar, stageFoobar}, command: "weight foobar:v2=30%"},
	{setup: []string{runFoobar, stageFoobar}, command: "weight foobar:v2=100% --step 50 --every 1s"},
	{setup: []string{runFoobar, splitFoobar}, command: promoteV2, done: `service "foobar" has no revision "v2"`},
	{setup: []string{runGuarded, stageFoobar}, command: "promote --gradual --step 50 --every 1s --drain 0s foobar:v2", done: `service "foobar" has no revision "v2"`},
	{setup: []string{runGuarded, splitFoobar}, command: "rm foobar", done: `has no service "foobar"`},
	{setup: []string{runOrdered, splitFoobar}, command: "rm --force foobar:v2", done: `service "foobar" has no revision "v2"`},
	{setup: []string{runFoobar, splitFoobar}, command: "abort foobar"},
	{setup: []string{runFoobar, splitFoobar, promoteV2}, command: undoFoobar},
	// a promotion on its way is taken back: its traffic moved, and latest's pods replaced too
	{setup: []string{runFoobar, splitFoobar}, halted: &halted{promoteV2, patched("networking.istio.io/v1", "virtualservices/foobar")}, command: undoFoobar},
	{setup: []string{runFoobar, splitFoobar}, halted: &halted{promoteV2, patched("apps/v1", "deployments/foobar")}, command: undoFoobar},
	{command: createSite, done: `config "site" exists`},
	{setup: []string{createSite, createDB, readFoobar}, command: "config update site testdata/exec.txtar"},
	{setup: []string{createSite}, command: "config rm site", done: `has no config "site"`},
	{command: createDB, done: `secret "db" exists`},
	{setup: []string{createSite, createDB, readFoobar}, command: "secret update db --from-literal user=other"},
	{setup: []string{createDB}, command: "secret rm db", done: `has no secret "db"`},
	{setup: []string{runFoobar}, command: "up testdata/up.yml"},
	{setup: []string{runFoobar, stageFoobar}, command: "up testdata/moves.yml"},
	{command: createData, done: `volume "data" exists`},
	{setup: []string{createData}, command: "volume rm data", done: `has no volume "data"`},
	{setup: []string{runFoobar, splitFoobar}, command: "route add www/x to foobar"},
	{setup: []string{runFoobar, splitFoobar, routeWWW}, command: "weight foobar:v2=60%"},
	{setup: []string{runScaled, holdScale, splitFoobar, routeWWW}, command: promoteV2, done: `service "foobar" has no revision "v2"`},
	{setup: []string{runFoobar, routeWWW}, command: "route rm www", done: `has no routes for "www"`},
	// (a service is run first, which makes the stack)
	{setup: []string{runFoobar, deployWeb, exposeWeb, rolledOutWeb}, command: adoptWeb},
	{setup: []string{runFoobar, deployWeb, exposeWeb, rolledOutWeb, adoptWeb}, command: "release web --yes", done: `has no service "web"`},
	{setup: []string{runFoobar, splitFoobar}, command: releaseFoobar, done: `has no service "foobar"`},
	{setup: []string{runFoobar, splitFoobar, releaseFoobar}, command: "adopt deploy/foobar -p 80/http"},
}

// String tells it from all others.
func (s scenario) String() string {
	switch {
	case s.halted != nil:
		return fmt.Sprintf("%s, after %s was killed behind %s", s.command, s.halted.command, s.halted.at)
	case slices.Contains(s.setup, routeWWW):
		return s.command + ", where routes lead there"
	}
	return s.command
}

// is reports whether it is of a verb: scale, config update.
func (s scenario) is(verb string) bool { return strings.HasPrefix(s.command, verb+" ") }

// ofTheCluster are verbs that act on its nodes and namespaces, not on services; the stories stack and
// compose have these. Those of its set-up, which test/install has, are set apart by nonsense.
var ofTheCluster = []string{"node", "stack"}

// playable are the scenarios of the verbs that the program has. A verb that has none fails
// the test: it is to be covered from its first day.
func playable(t *testing.T) []scenario {
	t.Helper()
	verbs := changingVerbs(t)
	for _, v := range verbs {
		if !slices.ContainsFunc(scenarios, func(s scenario) bool { return s.is(v) }) {
			t.Errorf("verb %q changes services (it has --dry-run) and is not disturbed by any test; "+
				"add to scenarios in test/cluster/scenarios_test.go what must be there before it, and a command of it", v)
		}
	}
	return slices.DeleteFunc(slices.Clone(scenarios), func(s scenario) bool { return !slices.ContainsFunc(verbs, s.is) })
}

// changingVerbs reads off the program itself which verbs change something: those whose help
// offers a dry run.
func changingVerbs(t *testing.T) []string {
	t.Helper()
	changing := verbs(func(cmd *cobra.Command) bool {
		dryRun := cmd.Flag("dry-run")
		return dryRun != nil && !dryRun.Hidden
	})
	if !slices.Contains(changing, "weight") {
		t.Fatalf("the verbs that change services are %q, without weight: they are not found any more", changing)
	}
	return changing
}

// verbs are those of the program that act on services, as they are typed: scale, config update.
func verbs(are func(*cobra.Command) bool) []string {
	var names []string
	for _, cmd := range nonsense.Verbs(cli.NewRootCmd(cli.NewOptions(genericiooptions.NewTestIOStreamsDiscard()))) {
		name := strings.TrimPrefix(cmd.CommandPath(), "kubectl rio ")
		if first, _, _ := strings.Cut(name, " "); !slices.Contains(ofTheCluster, first) && are(cmd) {
			names = append(names, name)
		}
	}
	return names
}
