package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// stateDir holds all that a running cluster writes, unless it is in a box. It is one
// place a machine, because ports, hostPorts and packet rules are the machine's too.
const stateDir = "/var/lib/kubectl-rio-sandbox"

// sandbox is what every command works with: where things are, and where to talk.
type sandbox struct {
	checkout string // this folder, test/sandbox, in the checkout in use
	state    string
	cgroup   string // that pods go below
	plan     plan
	out      io.Writer // product: lines that a shell evaluates, tables
	talk     io.Writer // progress
}

func newSandbox() (*sandbox, error) {
	checkout, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(checkout, "parts", "echo")); err != nil {
		return nil, fmt.Errorf("%s is not the folder test/sandbox; use: go -C test/sandbox run . COMMAND", checkout)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	plan, err := newPlan(os.DirFS(checkout), filepath.Join(cache, "kubectl-rio", "sandbox"), parts())
	if err != nil {
		return nil, err
	}
	state, cgroup := here()
	return &sandbox{checkout: checkout, state: state, cgroup: cgroup, plan: plan, out: os.Stdout, talk: os.Stderr}, nil
}

func (s *sandbox) say(format string, args ...any) {
	fmt.Fprintf(s.talk, format+"\n", args...)
}

// in names a file of the running cluster.
func (s *sandbox) in(elements ...string) string {
	return filepath.Join(append([]string{s.state}, elements...)...)
}

func needRoot() error {
	if os.Geteuid() != 0 {
		return fmt.Errorf("the sandbox makes network namespaces and mounts, so it needs root; try: sudo -E env PATH=\"$PATH\" make sandbox-up")
	}
	return nil
}
