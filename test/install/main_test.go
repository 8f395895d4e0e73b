package install

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	_ "k8s.io/client-go/plugin/pkg/client/auth" // as cmd/kubectl-rio has it

	"github.com/kubectl-rio/kubectl-rio/pkg/cli"
	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
)

func TestMain(m *testing.M) {
	testscript.Main(onACluster{m}, map[string]func(){"kubectl-rio": kubectlRio})
}

// kubectlRio is cmd/kubectl-rio.
func kubectlRio() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
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
	return m.M.Run()
}
