package cluster

import (
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
	"github.com/kubectl-rio/kubectl-rio/test/traffic"
)

func cmdLoad(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) == 3, "load RATE DURATION HOST")
	s := storyOf(ts)
	s.loads = append(s.loads, lab.StartLoad(ts, args[0], args[1], s.gateway.Addr, args[2]))
}

func cmdLoaded(ts *testscript.TestScript, neg bool, args []string) {
	endLoad(ts, neg, args, "loaded")
}

func cmdLossless(ts *testscript.TestScript, neg bool, args []string) {
	for _, report := range endLoad(ts, neg, args, "lossless") {
		ts.Check(report.Err())
	}
}

func endLoad(ts *testscript.TestScript, neg bool, args []string, name string) (reports []traffic.Report) {
	s := storyOf(ts)
	need(ts, !neg && len(args) == 1 && len(s.loads) > 0, "load ..., then "+name+" N")
	for _, load := range s.loads {
		reports = append(reports, lab.EndLoad(ts, load, args[0]))
	}
	s.loads = nil
	return reports
}
