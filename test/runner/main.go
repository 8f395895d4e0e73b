// Command runner is make test, make soak and make demo: it finds or makes a cluster, runs what
// needs one on it, sums up, and ends what it started.
//
//	go run ./test/runner test   all tests; the fast ones first, before there is a cluster
//	go run ./test/runner soak [losses] [faults] [crowd]
//	                            the long form of those that look for losses, or parts of it; hours
//	go run ./test/runner demo   the walk-through, with traffic
//	go run ./test/runner bench [start] [run] [weight] [label] [ps]
//	                            how fast it is, beside others, or parts of that
//	go run ./test/runner up     the sandbox, with rio installed, to play with
//	go run ./test/runner boxed GROUP...
//	                            go test -json GROUP, of each, on a sandbox; test has it run in a box
//	go run ./test/runner walkthrough DIR
//	                            the walk-through, with the program of an archive
//
// The cluster is the one that KUBECONFIG names. Without that, on Linux as root, it is
// the sandbox, test/sandbox: one that is up is used and left up.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	bin, err := binDir()
	if err != nil {
		return err
	}
	if err := os.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH")); err != nil {
		return err
	}
	switch {
	case len(args) == 1 && args[0] == "test":
		return test(ctx)
	case len(args) >= 1 && args[0] == "soak":
		return soak(ctx, args[1:])
	case len(args) == 1 && args[0] == "demo":
		return demo(ctx)
	case len(args) >= 1 && args[0] == "bench":
		return bench(ctx, args[1:])
	case len(args) == 1 && args[0] == "up":
		return up(ctx)
	case len(args) >= 2 && args[0] == "boxed":
		return boxed(ctx, args[1:])
	case len(args) == 2 && args[0] == "walkthrough":
		return walkthrough(ctx, args[1])
	}
	return errors.New("usage: go run ./test/runner test|demo|up|soak [PART...]|bench [PART...]|boxed GROUP...|walkthrough DIR, at the top of the repository")
}

func demo(ctx context.Context) (err error) {
	begin := time.Now()
	c, err := findCluster(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	fmt.Printf("the cluster is ready after %s\n\n", time.Since(begin).Round(time.Second))
	cmd := command(ctx, c.env, "go", "run", "./test/demo")
	cmd.Stdin, cmd.Stdout = os.Stdin, os.Stdout
	return cmd.Run()
}

// bench leaves its figures in a file, too.
func bench(ctx context.Context, measures []string) (err error) {
	c, err := readyCluster(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	cmd := command(ctx, c.env, "go", append([]string{"run", "./test/bench", "bench/results/bench.json"}, measures...)...)
	cmd.Stdout = os.Stdout
	return cmd.Run()
}

// up leaves the sandbox running, with all that services need, and says how to use it.
func up(ctx context.Context) error {
	if err := os.Unsetenv("KUBECONFIG"); err != nil { // another cluster is not meant
		return err
	}
	c, err := findCluster(ctx)
	if err != nil {
		return err
	}
	if err := c.install(ctx); err != nil {
		return err
	}
	exports, err := sandbox(ctx, "env").Output()
	if err != nil {
		return fmt.Errorf("sandbox env: %w", err)
	}
	bin, err := binDir()
	if err != nil {
		return err
	}
	_, err = fmt.Printf("%sexport PATH=%q:\"$PATH\"\n", exports, bin)
	return err
}

// binDir is where make build puts the program, and findCluster what the sandbox needs.
func binDir() (string, error) { return filepath.Abs("bin") }

// command is one that is asked to end, and not killed, when ctx ends: it may have
// something to clear away. So are the programs that it has started, for go test hands
// no signal on to its tests.
func command(ctx context.Context, env []string, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env, cmd.Stderr = env, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 2 * time.Minute
	return cmd
}
