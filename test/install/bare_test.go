package install

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
	"github.com/kubectl-rio/kubectl-rio/test/traffic"
)

// TestInstallAndUninstall installs, uses what was installed, and wants every object of
// the cluster as it was after uninstall. On a cluster that has rio already and is not
// the sandbox, somebody uses it: there only a second install is played.
//
// It is the first of the package: a new cluster has nothing yet that would be taken away.
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
	before := p.settled()

	t.Log("what needs rio says how to get it, and writes nothing")
	code, _, stderr := p.try("run", "--name", "foobar", "-p", "80/http", "echo:v1")
	if code != 1 && code != 2 || !strings.Contains(stderr, "kubectl rio --kubeconfig "+k.Kubeconfig+" install") {
		t.Errorf("on a cluster without rio: code %d, %s", code, stderr)
	}
	if lines := before.Diff(p.dump()); lines != nil {
		t.Errorf("a run that was refused wrote:\n%s", strings.Join(lines, "\n"))
	}

	p.rio(lab.InstallArgs(os.Getenv)...)
	p.secondInstall()
	p.use()
	p.rio("uninstall")
	if lines := p.differs(before); lines != nil {
		t.Errorf("after uninstall the cluster is not as before install:\n%s", strings.Join(lines, "\n"))
	}
	p.rio(lab.InstallArgs(os.Getenv)...) // for the tests after this one
}

// secondInstall finds all there, says so, and changes nothing.
func (p player) secondInstall() {
	p.t.Helper()
	before := p.settled()
	stdout, stderr := p.rio(lab.InstallArgs(os.Getenv)...)
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
