// Package install plays install and uninstall on a real cluster. It takes rio away and
// brings it back, so it runs alone, before test/cluster, which it leaves rio to.
package install

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rio/kubectl-rio/pkg/cli"
	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
	"github.com/kubectl-rio/kubectl-rio/test/traffic"
)

// TestInstallAndUninstall installs, uses what was installed, and wants every object of
// the cluster as it was after uninstall. On a cluster that has rio already and is not
// the sandbox, somebody uses it: there only a second install is played.
func TestInstallAndUninstall(t *testing.T) {
	k, err := lab.NewKubectl(t.TempDir(), "rio-test-install")
	if err != nil {
		t.Fatal(err)
	}
	p := player{t, k}
	if p.installed() && !lab.Sandbox() {
		p.secondInstall()
		return
	}
	p.ensure(false)
	before := p.dump()

	t.Log("what needs rio says how to get it, and writes nothing")
	code, _, stderr := p.try("run", "--name", "foobar", "-p", "80/http", "echo:v1")
	if code != 1 && code != 2 || !strings.Contains(stderr, "kubectl rio install") {
		t.Errorf("on a cluster without rio: code %d, %s", code, stderr)
	}
	if lines := before.Diff(p.dump()); lines != nil {
		t.Errorf("a run that was refused wrote:\n%s", strings.Join(lines, "\n"))
	}

	p.rio(lab.InstallArgs()...)
	p.secondInstall()
	p.use()
	p.rio("uninstall")
	if lines := p.differs(before); lines != nil {
		t.Errorf("after uninstall the cluster is not as before install:\n%s", strings.Join(lines, "\n"))
	}
	p.rio(lab.InstallArgs()...) // for the tests after this one
}

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
	var out, talk bytes.Buffer
	begin := time.Now()
	code = cli.Main(ctx, append([]string{"--kubeconfig", p.kubectl.Kubeconfig}, args...),
		genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &talk})
	p.t.Logf("%5.1fs kubectl rio %s\n%s%s", time.Since(begin).Seconds(), strings.Join(args, " "), &talk, &out)
	return code, out.String(), talk.String()
}

func (p player) installed() bool {
	p.t.Helper()
	installed, err := lab.Installed(p.t.Context(), p.kubectl)
	if err != nil {
		p.t.Fatal(err)
	}
	return installed
}

// secondInstall finds all there, says so, and changes nothing.
func (p player) secondInstall() {
	p.t.Helper()
	before := p.dump()
	stdout, stderr := p.rio(lab.InstallArgs()...)
	if !strings.Contains(stdout+stderr, "unchanged") {
		p.t.Error("a second install does not say that nothing was to do")
	}
	if lines := before.Diff(p.dump()); lines != nil {
		p.t.Errorf("a second install changed:\n%s", strings.Join(lines, "\n"))
	}
}

// use publishes a service, asks it, and removes it.
func (p player) use() {
	p.t.Helper()
	defer func() {
		if _, err := p.kubectl.Run(context.Background(), "delete", "namespace", p.kubectl.Namespace, "--ignore-not-found"); err != nil {
			p.t.Error(err)
		}
	}()
	gateway, err := lab.OpenGateway(p.t.Context(), p.kubectl)
	if err != nil {
		p.t.Fatal(err)
	}
	defer gateway.Close()
	p.rio("run", "--name", "foobar", "-p", "80/http", "echo:v1")
	if err := traffic.Await(p.t.Context(), gateway.Addr, "foobar."+p.kubectl.Namespace+"."+gateway.Domain, 10*time.Second); err != nil {
		p.t.Error(err)
	}
	p.rio("rm", "foobar")
}

// ensure brings rio, whatever there is of it, or takes it away.
func (p player) ensure(installed bool) {
	p.t.Helper()
	if installed {
		p.rio(lab.InstallArgs()...)
	} else if p.installed() {
		p.rio("uninstall", "--purge", "--yes") // only ever on the sandbox, or where rio is not
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

// settled is a dump in which the cluster has nothing under way: two in a row are the same.
func (p player) settled() lab.Dump {
	p.t.Helper()
	last := p.dump()
	for begin := time.Now(); ; {
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
