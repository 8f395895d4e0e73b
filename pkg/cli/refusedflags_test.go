package cli

import (
	"strings"
	"testing"
)

// What is wrong with flags, and between them, is known before anything is asked of a cluster.
func TestFlagsThatAreRefused(t *testing.T) {
	for args, want := range map[string]string{
		"run --init --pid host nginx":                      `init (--init) and pid host (--pid host) cannot both be: ended processes of a pod that sees its node's are reaped there; leave out one of the two, or take it back: --init=false or --pid default`,
		"run --ready-url NONE --ready-retries 3 nginx":     `--ready-retries "3" is of a check, and --ready-url NONE asks nothing; leave out one of the two`,
		"stage --health-interval 5s --health-url NONE foo": `--health-interval "5s" is of a check, and --health-url NONE asks nothing; leave out one of the two`,
		"run --dns host --dns cluster nginx":               `invalid dns ["host" "cluster"]: host asks the node's servers in place of the cluster's; leave out host or cluster`,
		"run --device a.b/c=1 --device a.b/c=2 nginx":      `device "a.b/c" is given twice; name it once, with the number of all: a.b/c=N`,
		"run --ready-interval 5s nginx":                    `a ready check needs what to ask: --ready-cmd or --ready-url, or test of readycheck in a file; want a URL as http://localhost:8080/ping, tcp://localhost:PORT, grpc://localhost:PORT[/SERVICE], or a command`,
		"ps -o foo":                                        `invalid --output "foo": want wide, json, yaml, name, jsonpath=TEMPLATE, go-template=TEMPLATE or custom-columns=SPEC`,
		"info -o wid":                                      `invalid --output "wid": want json, yaml, jsonpath=TEMPLATE, go-template=TEMPLATE or custom-columns=SPEC`,
		"attach --timeout=-5s foobar":                      `invalid --timeout -5s: want a duration above 0, for example 1m`,
		"uninstall --timeout 0s":                           `invalid --timeout 0s: want a duration above 0, for example 5m`,
	} {
		if got := try(t, strings.Fields(args)...); got.Code != exitUsage || got.Err != "error: "+want+"\n" {
			t.Errorf("%s: exit code %d, %s\nwant %s", args, got.Code, got.Err, want)
		}
	}
}
