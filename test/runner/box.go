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
// in a box, and runs beside the others.
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
	var boxes errgroup.Group
	for _, cmd := range prepared {
		boxes.Go(func() error { return t.readBoxed(cmd) })
	}
	err := c.install(ctx)
	if err == nil {
		err = t.inTurn(ctx, c, tests.quiet)
	}
	if err != nil {
		cancel()
		_ = boxes.Wait() // what was ended has nothing to say
		return err
	}
	for _, hold := range held { // their clusters are up, and nothing wants the machine for itself any more
		_ = hold.Close() // a box that has failed has closed it
	}
	err = t.inTurn(ctx, c, tests.others)
	return errors.Join(err, boxes.Wait())
}

func (t *tally) inTurn(ctx context.Context, c *cluster, groups [][]string) error {
	for _, group := range groups {
		if err := t.goTest(ctx, c.env, group); err != nil {
			return err
		}
	}
	return nil
}

// inBox prepares to run groups on a sandbox in a box.
func inBox(ctx context.Context, groups box) (*exec.Cmd, error) {
	args := []string{"box", "go", "-C", "", "run", "./test/runner", "boxed"}
	for _, group := range groups {
		// Nothing can be loaded from there.
		deps := command(ctx, os.Environ(), "go", append([]string{"list", "-deps", "-test"}, packages(group)...)...)
		if err := deps.Run(); err != nil {
			return nil, fmt.Errorf("load what %s needs: %w", strings.Join(packages(group), " "), err)
		}
		args = append(args, strings.Join(group, " "))
	}
	dir, err := os.Getwd()
	args[3] = dir
	return sandbox(ctx, args...), err
}

// packages are those that a group is of.
func packages(group []string) []string {
	return slices.DeleteFunc(slices.Clone(group), func(arg string) bool { return strings.HasPrefix(arg, "-") })
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

// boxed starts a sandbox, and when its standard input ends runs groups on it, each one argument,
// and ends it; it prints what go test -json does.
func boxed(ctx context.Context, groups []string) (err error) {
	c, err := findCluster(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	for _, group := range groups {
		cmd := command(ctx, c.env, "go", goTestArgs(strings.Fields(group)...)...)
		cmd.Stdout = os.Stdout
		if runErr := cmd.Run(); runErr != nil {
			err = errors.Join(err, fmt.Errorf("go test %s: %w", group, runErr))
		}
	}
	return err
}
