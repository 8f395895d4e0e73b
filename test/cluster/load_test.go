package cluster

import (
	"strconv"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/kubectl-rio/kubectl-rio/test/traffic"
)

func cmdLoad(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, !neg && len(args) == 3, "load RATE DURATION HOST")
	rate, err := strconv.Atoi(args[0])
	ts.Check(err)
	limit, err := time.ParseDuration(args[1])
	ts.Check(err)
	s := storyOf(ts)
	s.load, err = traffic.Start(contextOf(ts), traffic.Load{
		Target: s.gateway.Addr, Host: args[2], Rate: rate, Workers: 16, Fresh: 10,
		Max: rate * int(limit.Seconds()), For: limit, Timeout: 10 * time.Second,
	})
	ts.Check(err)
	ts.Defer(func() { s.load.Stop() })
}

func cmdLoaded(ts *testscript.TestScript, neg bool, args []string) {
	endLoad(ts, neg, args, "loaded")
}

func cmdLossless(ts *testscript.TestScript, neg bool, args []string) {
	if total := endLoad(ts, neg, args, "lossless"); total.Lost > 0 {
		ts.Fatalf("%d of %d requests were lost: %v", total.Lost, total.Requests, total.Failures)
	}
}

func endLoad(ts *testscript.TestScript, neg bool, args []string, name string) traffic.Phase {
	need(ts, !neg && len(args) == 1 && storyOf(ts).load != nil, "load ..., then "+name+" N")
	atLeast, err := strconv.Atoi(args[0])
	ts.Check(err)
	total := storyOf(ts).load.Stop().Total()
	ts.Logf("%s", total)
	if total.Requests < atLeast {
		ts.Fatalf("%d requests, want at least %d", total.Requests, atLeast)
	}
	return total
}
