package lab

import (
	"context"
	"strconv"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/kubectl-rio/kubectl-rio/test/traffic"
)

// StartLoad is for a command of scripts: a host is asked on and on, until EndLoad or the script's end.
func StartLoad(ts *testscript.TestScript, rate, limit, target, host string) *traffic.Run {
	perSecond, err := strconv.Atoi(rate)
	ts.Check(err)
	longest, err := time.ParseDuration(limit)
	ts.Check(err)
	run, err := traffic.Start(context.Background(), traffic.Load{
		Target: target, Host: host, Rate: perSecond, Workers: 16, Fresh: 10,
		Max: perSecond * int(longest.Seconds()), For: longest, Timeout: 10 * time.Second,
	})
	ts.Check(err)
	ts.Defer(func() { run.Stop() })
	return run
}

// EndLoad wants so many answers at least.
func EndLoad(ts *testscript.TestScript, run *traffic.Run, atLeast string) traffic.Report {
	n, err := strconv.Atoi(atLeast)
	ts.Check(err)
	report := run.Stop()
	ts.Logf("%s", report)
	if total := report.Total(); total.Requests < n {
		ts.Fatalf("%d requests, want at least %d", total.Requests, n)
	}
	return report
}
