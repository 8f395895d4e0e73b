// Command bench measures how fast kubectl rio is, beside a peer in the same run, and prints one
// table: the start beside kubectl's, ps of many services beside bare lists, weight and run beside
// kubectl apply, labelling by the API server's clock. It wants a cluster with rio, and leaves nothing on it. Start it with: make bench.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	utilrand "k8s.io/apimachinery/pkg/util/rand"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := measureAll(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// bench is a run of it.
type bench struct {
	report
	dir          string // for files, and the kubeconfig
	rio, kubectl string // paths of the programs
	lab.Kubectl
	gateway *lab.Gateway
}

// measure is a part of it.
type measure struct {
	name string
	do   func(context.Context) error
}

func measureAll(ctx context.Context, args []string) (err error) {
	if len(args) == 0 {
		return errors.New("usage: go run ./test/bench OUT-JSON [start] [run] [weight] [label] [ps], at the top of the repository")
	}
	b := &bench{}
	wanted := args[1:]
	measures := []measure{{"start", b.start}, {"run", b.run}, {"weight", b.weight}, {"label", b.label}, {"ps", b.ps}}
	for _, name := range wanted {
		if !slices.ContainsFunc(measures, func(m measure) bool { return m.name == name }) {
			return fmt.Errorf("there is no measure %q", name)
		}
	}
	if b.dir, err = os.MkdirTemp("", "kubectl-rio-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	if err := b.prepare(ctx); err != nil {
		return err
	}
	defer b.gateway.Close()
	defer func() { err = errors.Join(err, b.clear()) }()
	if _, err := b.Run(ctx, "rio", "stack", "create", b.Namespace); err != nil {
		return err
	}
	for _, m := range measures {
		if len(wanted) > 0 && !slices.Contains(wanted, m.name) {
			continue
		}
		if err := m.do(ctx); err != nil {
			return err
		}
	}
	fmt.Println()
	return errors.Join(b.print(os.Stdout), b.write(args[0]))
}

// prepare finds the programs and the cluster, and notes what they are.
func (b *bench) prepare(ctx context.Context) (err error) {
	if b.rio, err = filepath.Abs(filepath.Join("bin", "kubectl-rio")); err != nil {
		return err
	}
	if b.kubectl, err = findKubectl(); err != nil {
		return err
	}
	if b.Kubectl, err = lab.NewKubectl(b.dir, "rio-bench-"+utilrand.String(4)); err != nil {
		return err
	}
	if b.gateway, err = lab.OpenGateway(ctx, b.Kubectl); err != nil {
		return err
	}
	b.Go, b.Machine = runtime.Version(), fmt.Sprintf("%s/%s, %d cores", runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	if load, err := os.ReadFile("/proc/loadavg"); err == nil { // Linux has it
		b.Load = strings.TrimSpace(string(load))
	}
	b.Version = map[string]string{}
	for name, cmd := range map[string]*exec.Cmd{
		"commit":      exec.CommandContext(ctx, "git", "rev-parse", "HEAD"),
		"kubectl-rio": b.command(ctx, b.rio, "version", "--client"),
		"kubectl":     b.command(ctx, b.kubectl, "version", "--client"),
	} {
		out, err := cmd.Output()
		if err != nil {
			return fmt.Errorf("%s: %w", cmd, err)
		}
		b.Version[name], _, _ = strings.Cut(string(out), "\n")
	}
	return nil
}

// command is a program as users have it: without what tests set to start programs faster.
func (b *bench) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+b.Kubeconfig, "GOGC=100")
	return cmd
}

// add takes a row, and says it at once.
func (b *bench) add(r row) {
	b.Rows = append(b.Rows, r)
	said := fmt.Sprintf("bench: %s: %s", r.What, number(r.Ours.Median, r.Unit))
	if r.Peer != "" {
		said += fmt.Sprintf(", %s %s", r.Peer, number(r.Their.Median, r.Unit))
	}
	fmt.Fprintln(os.Stderr, said)
}

// clear has all namespaces removed that the bench made, however it ended: that of services that run,
// and those of seeds, which begin the same.
func (b *bench) clear() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	all, err := b.Run(ctx, "get", "namespaces", "-o", "name")
	if err != nil {
		return err
	}
	var mine []string
	for name := range strings.FieldsSeq(all) {
		if name = strings.TrimPrefix(name, "namespace/"); strings.HasPrefix(name, b.Namespace) {
			mine = append(mine, name)
		}
	}
	if len(mine) == 0 {
		return nil
	}
	return b.DeleteNamespaces(ctx, mine...)
}
