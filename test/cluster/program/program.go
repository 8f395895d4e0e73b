// Package program is how tests on a cluster begin, and run kubectl-rio: scripts find it, which is
// the test binary itself under another name, and without a cluster the package fails.
package program

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	_ "k8s.io/client-go/plugin/pkg/client/auth" // as cmd/kubectl-rio has it

	"github.com/kubectl-rio/kubectl-rio/pkg/cli"
	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
)

// Main runs the tests of a package and ends the process. With RIO_PROGRAM=PATH the
// kubectl-rio on PATH is tested, one that was built elsewhere.
func Main(m *testing.M) {
	programs := map[string]func(){"kubectl-rio": kubectlRio}
	if os.Getenv("RIO_PROGRAM") == "PATH" {
		programs = nil
	}
	testscript.Main(onACluster{m}, programs)
}

// Run runs the program in this process, with a kubeconfig.
func Run(ctx context.Context, kubeconfig string, args ...string) (code int, stdout, stderr string) {
	var out, talk bytes.Buffer
	code = cli.Main(ctx, append([]string{"--kubeconfig", kubeconfig}, args...),
		genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &talk})
	return code, out.String(), talk.String()
}

// kubectlRio is cmd/kubectl-rio.
func kubectlRio() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	code := cli.Main(ctx, os.Args[1:], genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr})
	stop()
	os.Exit(code)
}

// onACluster fails the package where there is none, rather than skip what it is for.
type onACluster struct{ *testing.M }

func (m onACluster) Run() int {
	if os.Getenv("KUBECONFIG") == "" {
		fmt.Fprintln(os.Stderr, lab.ErrNoCluster)
		return 1
	}
	if err := os.Setenv("EDITOR", "true"); err != nil { // of verbs that a test plays itself; it changes nothing
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := m.M.Run()
	if err := lab.DeleteCleared(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return max(code, 1)
	}
	return code
}
