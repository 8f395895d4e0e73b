package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
)

// errNone is why there is no cluster to test on.
var errNone = errors.New("no KUBECONFIG is set, and the sandbox needs Linux and root")

// cluster is one that can be used.
type cluster struct {
	env     []string     // of programs that use it
	stop    func() error // ends what findCluster began
	sandbox bool
}

const webhookImage = "docker.io/kubectlrio/rio-webhook:sandbox"

// findCluster uses the cluster that KUBECONFIG names, else the sandbox. On the sandbox
// it loads the webhook's image too, built from this checkout.
func findCluster(ctx context.Context) (*cluster, error) {
	switch {
	case os.Getenv("KUBECONFIG") != "":
		return ownCluster(ctx)
	case runtime.GOOS != "linux" || os.Geteuid() != 0:
		return nil, errNone
	}
	bin, err := binDir()
	if err != nil {
		return nil, err
	}
	build := command(ctx, os.Environ(), "go", "-C", "test/sandbox", "build", "-o", filepath.Join(bin, "sandbox"), ".")
	if err := build.Run(); err != nil {
		return nil, fmt.Errorf("build the sandbox's program: %w", err)
	}
	c := &cluster{sandbox: true, stop: func() error { return nil }}
	if sandbox(ctx, "status").Run() != nil {
		// What up began before it failed is to be ended too.
		c.stop = func() error { return sandbox(context.Background(), "down").Run() }
	}
	if err := c.prepare(ctx, bin); err != nil {
		return nil, errors.Join(err, c.stop())
	}
	return c, nil
}

// readyCluster is findCluster, and the sandbox has what services need.
func readyCluster(ctx context.Context) (*cluster, error) {
	c, err := findCluster(ctx)
	if err != nil || !c.sandbox {
		return c, err
	}
	if err := c.install(ctx); err != nil {
		return nil, errors.Join(err, c.stop())
	}
	return c, nil
}

func (c *cluster) prepare(ctx context.Context, bin string) error {
	up := sandbox(ctx, "up")
	up.Stderr = os.Stderr
	if err := up.Run(); err != nil {
		return fmt.Errorf("sandbox up: %w", err)
	}
	exports, err := sandbox(ctx, "env").Output()
	if err != nil {
		return fmt.Errorf("sandbox env: %w", err)
	}
	if c.env, err = evaluate(ctx, string(exports)); err != nil {
		return err
	}
	webhook := filepath.Join(bin, "rio-webhook")
	build := command(ctx, append(os.Environ(), "CGO_ENABLED=0"), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", webhook, "./cmd/rio-webhook")
	if err := build.Run(); err != nil {
		return fmt.Errorf("build the webhook: %w", err)
	}
	load := sandbox(ctx, "load", webhookImage, webhook)
	load.Stderr = os.Stderr
	if err := load.Run(); err != nil {
		return fmt.Errorf("load the webhook's image: %w", err)
	}
	return nil
}

// install brings what services need.
func (c *cluster) install(ctx context.Context) error {
	install := append([]string{"kubectl", "rio"}, lab.InstallArgs(c.getenv)...)
	if err := command(ctx, c.env, "env", install...).Run(); err != nil { // env finds it on the PATH that it is given
		return fmt.Errorf("kubectl rio install: %w", err)
	}
	return nil
}

// getenv is os.Getenv in the environment of programs that use the cluster.
func (c *cluster) getenv(name string) string {
	for _, v := range slices.Backward(c.env) {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value
		}
	}
	return ""
}

// ownCluster is left as it was found: with rio, or without.
func ownCluster(ctx context.Context) (*cluster, error) {
	c := &cluster{env: os.Environ(), stop: func() error { return nil }}
	dir, err := os.MkdirTemp("", "kubectl-rio-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	k, err := lab.NewKubectl(dir, "default")
	if err != nil {
		return nil, err
	}
	installed, err := lab.Installed(ctx, k)
	if err != nil {
		return nil, err
	}
	if !installed && !lab.Sandbox() {
		c.stop = func() error {
			uninstall := command(context.Background(), c.env, "kubectl", "rio", "uninstall")
			uninstall.Stdout = os.Stdout
			return uninstall.Run()
		}
	}
	return c, nil
}

// sandbox is a command of test/sandbox, which findCluster has built.
func sandbox(ctx context.Context, args ...string) *exec.Cmd {
	cmd := command(ctx, os.Environ(), filepath.Join("..", "..", "bin", "sandbox"), args...)
	cmd.Dir, cmd.Stderr = filepath.Join("test", "sandbox"), nil
	return cmd
}

// evaluate gives the environment that a shell has after lines of exports.
func evaluate(ctx context.Context, exports string) ([]string, error) {
	out, err := exec.CommandContext(ctx, "sh", "-c", exports+"\nenv -0").Output()
	if err != nil {
		return nil, fmt.Errorf("evaluate the sandbox's env: %w", err)
	}
	return strings.Split(string(bytes.TrimRight(out, "\x00")), "\x00"), nil
}
