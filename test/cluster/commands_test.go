package cluster

import (
	"context"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
	"github.com/kubectl-rio/kubectl-rio/test/traffic"
)

// commands are what scripts have beside the program and testscript's own commands:
//
//	exit CODE[,CODE] PROGRAM ARG...         the program must end with that code
//	eventually DURATION REGEXP PROGRAM ...  until its output matches; then stdout is that
//	table FILE                              stdout is that table: lab.MatchTable
//	spec KIND/NAME FILE                     the object's spec is that YAML
//	get N HOST [VERSION[,VERSION]] [HEADER...]
//	                                        ask N times through the gateway; prints STATUS VERSION COUNT;
//	                                        no other than these versions may answer
//	answer HOST[/PATH] [METHOD] [HEADER...]  ask once; prints status, time, headers and body
//	via PROTOCOL N :PORT|SERVICE/NAME HOST [VERSION PERCENT]
//	                                        as get and split do, in another protocol, at a port of
//	                                        the gateway or of a node
//	split N HOST VERSION PERCENT            its share of N answers is that, within five sigma
//	load RATE DURATION HOST                 ask on and on, RATE times a second, beside other loads
//	loaded N                                end all loads; each had N answers at least, lost ones counted
//	lossless N                              the same, and none was lost
//	analyze                                 istioctl finds neither error nor warning in $NS
//	mark                                    remember what is in $NS, for the next two
//	same                                    it still is, and nothing else
//	finds DURATION FILE                     kubectl rio why of each line's SERVICE comes to LEVEL:ID..., and no more
//	[!] nowrites                            nor did kubectl rio try to write there; or it did
func commands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"exit": lab.Exit, "eventually": lab.Eventually, "table": cmdTable, "spec": cmdSpec, "get": cmdGet, "answer": cmdAnswer, "via": cmdVia,
		"split": cmdSplit, "load": cmdLoad, "loaded": cmdLoaded, "lossless": cmdLossless, "analyze": cmdAnalyze, "mark": cmdMark, "same": cmdSame, "nowrites": cmdNoWrites, "finds": lab.Finds,
	}
}

// need stops at a command that is not used as it is made to be.
func need(ts *testscript.TestScript, ok bool, usage string) { lab.Need(ts, ok, usage) }

func cmdTable(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) == 1, "table FILE")
	ts.Check(lab.MatchTable(ts.ReadFile("stdout"), expand(ts, ts.ReadFile(args[0]))))
}

// expand puts the script's names into a golden file.
func expand(ts *testscript.TestScript, text string) string {
	return strings.NewReplacer("$NS2", ts.Getenv("NS2"), "$NS", ts.Getenv("NS"), "$DOMAIN", ts.Getenv("DOMAIN")).Replace(text)
}

func cmdSpec(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) == 2, "spec KIND/NAME FILE")
	ts.Check(ts.Exec("kubectl", "get", args[0], "-o", "jsonpath={.spec}"))
	got, err := yaml.JSONToYAML([]byte(ts.ReadFile("stdout")))
	ts.Check(err)
	wanted, err := yaml.YAMLToJSON([]byte(expand(ts, ts.ReadFile(args[1]))))
	ts.Check(err)
	want, err := yaml.JSONToYAML(wanted)
	ts.Check(err)
	if string(got) != string(want) {
		ts.Fatalf("the spec of %s is\n%swant:\n%s", args[0], got, want)
	}
}

func ask(ts *testscript.TestScript, count, host string, headers ...string) traffic.Phase {
	n, err := strconv.Atoi(count)
	ts.Check(err)
	p, err := traffic.Get(context.Background(), storyOf(ts).gateway.Addr, host, n, headers...)
	ts.Check(err)
	return p
}

func cmdGet(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) >= 2, "get N HOST [VERSION[,VERSION]] [HEADER...]")
	versions, headers := "", args[2:]
	if len(headers) > 0 && !strings.Contains(headers[0], ":") {
		versions, headers = headers[0], headers[1:]
	}
	p := ask(ts, args[0], args[1], headers...)
	printAnswers(ts, p)
	if versions != "" {
		for version := range strings.SplitSeq(versions, ",") {
			delete(p.Versions, version)
		}
		if p.Lost > 0 || len(p.Versions) > 0 {
			ts.Fatalf("want answers of %s only: %s", versions, p)
		}
	}
}

func cmdSplit(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) == 4, "split N HOST VERSION PERCENT")
	mustSplit(ts, ask(ts, args[0], args[1]), args[2], args[3])
}
