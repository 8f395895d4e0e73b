package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
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
	var prepared []*exec.Cmd
	for _, b := range tests.boxes { // before this process has a cluster
		cmd, err := inBox(ctx, b)
		if err != nil {
			return err
		}
		prepared = append(prepared, cmd)
	}
	if err := c.install(ctx); err != nil {
		return err
	}
	if err := t.inTurn(ctx, c, tests.quiet); err != nil {
		return err
	}
	var beside errgroup.Group
	for _, cmd := range prepared {
		beside.Go(func() error { return t.readBoxed(cmd) })
	}
	err := t.inTurn(ctx, c, tests.others)
	return errors.Join(err, beside.Wait())
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
