package install

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
	"github.com/kubectl-rio/kubectl-rio/test/cluster/program"
)

// player plays commands on one cluster.
type player struct {
	t       *testing.T
	kubectl lab.Kubectl
}

// rio is a command that must succeed.
func (p player) rio(args ...string) (stdout, stderr string) {
	p.t.Helper()
	code, stdout, stderr := p.try(args...)
	if code != 0 {
		p.t.Fatalf("kubectl rio %s ended with code %d", strings.Join(args, " "), code)
	}
	return stdout, stderr
}

// try runs the program in this process.
func (p player) try(args ...string) (code int, stdout, stderr string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(p.t.Context()), 5*time.Minute) // cleaning up, too
	defer cancel()
	begin := time.Now()
	code, stdout, stderr = program.Run(ctx, p.kubectl.Kubeconfig, args...)
	p.t.Logf("%5.1fs kubectl rio %s\n%s%s", time.Since(begin).Seconds(), strings.Join(args, " "), stderr, stdout)
	return code, stdout, stderr
}

func (p player) installed() bool {
	p.t.Helper()
	installed, err := lab.Installed(p.t.Context(), p.kubectl)
	if err != nil {
		p.t.Fatal(err)
	}
	return installed
}

// ensure brings rio, whatever there is of it, or takes it away.
func (p player) ensure(installed bool) {
	p.t.Helper()
	if installed {
		p.rio(lab.InstallArgs(os.Getenv)...)
	} else if p.installed() {
		p.rio("uninstall", "--purge", "--yes") // only ever on the sandbox, or where rio is not
	}
}

// until looks again and again until it is so, and ends the test where that takes longer.
func (p player) until(limit time.Duration, what string, so func() bool) {
	p.t.Helper()
	for begin := time.Now(); !so(); time.Sleep(100 * time.Millisecond) {
		if time.Since(begin) > limit {
			p.t.Fatalf("in %s not so: %s", limit, what)
		}
	}
}

// differs waits a while for what the cluster itself clears away after an uninstall.
func (p player) differs(before lab.Dump) []string {
	p.t.Helper()
	for begin := time.Now(); ; time.Sleep(time.Second) {
		lines := before.Diff(p.dump())
		if lines == nil || time.Since(begin) > time.Minute {
			return lines
		}
	}
}

// calm is how long nothing may change for a cluster to be at rest: controllers are slower than a dump.
const calm = 2 * time.Second

// settled is a dump in which the cluster has nothing under way: two in a row are the same.
func (p player) settled() lab.Dump {
	p.t.Helper()
	last := p.dump()
	for begin := time.Now(); ; {
		time.Sleep(calm)
		next := p.dump()
		if last.Diff(next) == nil || time.Since(begin) > time.Minute {
			return next
		}
		last = next
	}
}

func (p player) dump() lab.Dump {
	p.t.Helper()
	d, err := lab.ReadDump(p.t.Context(), p.kubectl)
	if err != nil {
		p.t.Fatal(err)
	}
	return d
}
