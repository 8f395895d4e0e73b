package cluster

import (
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
	"github.com/kubectl-rio/kubectl-rio/test/traffic"
)

func cmdLoad(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) == 3, "load RATE DURATION HOST")
	s := storyOf(ts)
	s.load = lab.StartLoad(ts, args[0], args[1], s.gateway.Addr, args[2])
}

func cmdLoaded(ts *testscript.TestScript, neg bool, args []string) {
	endLoad(ts, neg, args, "loaded")
}

func cmdLossless(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(endLoad(ts, neg, args, "lossless").Err())
}

func endLoad(ts *testscript.TestScript, neg bool, args []string, name string) traffic.Report {
	need(ts, !neg && len(args) == 1 && storyOf(ts).load != nil, "load ..., then "+name+" N")
	return lab.EndLoad(ts, storyOf(ts).load, args[0])
}
