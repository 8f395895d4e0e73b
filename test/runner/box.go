package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

// onCluster runs tests on a cluster. On the sandbox, what wants a cluster for itself has one
// in a box, and runs beside the others: beside the quiet ones on what processor time they leave.
func (t *tally) onCluster(ctx context.Context, c *cluster, tests onCluster) error {
	if !c.sandbox {
		return t.inTurn(ctx, c, slices.Concat(slices.Concat(tests.boxes...), tests.quiet, tests.others))
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var prepared []*exec.Cmd
	var held []io.Closer
	for _, b := range tests.boxes {
		cmd, err := inBox(ctx, b)
		if err != nil {
			return err
		}
		hold, err := cmd.StdinPipe()
		if err != nil {
			return err
		}
		prepared, held = append(prepared, cmd), append(held, hold)
	}
	var sideBySide errgroup.Group
	for _, cmd := range prepared {
		sideBySide.Go(func() error { return t.readBoxed(cmd) })
	}
	if err := t.inTurn(ctx, c, tests.quiet); err != nil {
		cancel()
		_ = sideBySide.Wait() // what was ended has nothing to say
		return err
	}
	for _, hold := range held { // nothing wants the machine for itself any more
		_ = hold.Close() // a box that has failed has closed it
	}
	for _, group := range tests.others {
		sideBySide.Go(func() error { return t.goTest(ctx, c.env, group) })
	}
	return sideBySide.Wait()
}

func (t *tally) inTurn(ctx context.Context, c *cluster, groups [][]string) error {
	for _, group := range groups {
		if err := t.goTest(ctx, c.env, group); err != nil {
			return err
		}
	}
	return nil
}

// load has all on this machine that boxes need: nothing can be loaded from there.
func (tests onCluster) load(ctx context.Context) error {
	if len(tests.boxes) == 0 {
		return nil
	}
	args := []string{"list", "-deps", "-test"}
	for _, group := range slices.Concat(tests.boxes...) {
		args = append(args, slices.DeleteFunc(slices.Clone(group), func(arg string) bool { return strings.HasPrefix(arg, "-") })...)
	}
	if err := command(ctx, os.Environ(), "go", args...).Run(); err != nil {
		return fmt.Errorf("load what tests in boxes need: %w", err)
	}
	return nil
}

// inBox prepares to run groups on a sandbox in a box.
func inBox(ctx context.Context, groups box) (*exec.Cmd, error) {
	dir, err := os.Getwd()
	args := []string{"box", "go", "-C", dir, "run", "./test/runner", "boxed"}
	for _, group := range groups {
		args = append(args, strings.Join(group, " "))
	}
	return sandbox(ctx, args...), err
}

// readBoxed runs what inBox has prepared, and is silent but for its tests, unless it fails.
func (t *tally) readBoxed(cmd *exec.Cmd) error {
	var talk bytes.Buffer
	cmd.Stderr = &talk
	if err := t.readFrom(cmd); err != nil {
		return fmt.Errorf("tests in a box: %w\n%s", err, strings.TrimSpace(talk.String()))
	}
	return nil
}

// boxed starts a sandbox, runs groups on it, each one argument, and ends it; it prints what
// go test -json does.
func boxed(ctx context.Context, groups []string) (err error) {
	c, err := findCluster(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	for _, group := range groups {
		cmd := command(ctx, c.env, "go", goTestArgs(strings.Fields(group)...)...)
		cmd.Stdout = os.Stdout
		if runErr := cmd.Run(); runErr != nil {
			err = errors.Join(err, fmt.Errorf("go test %s: %w", group, runErr))
		}
	}
	return err
}
