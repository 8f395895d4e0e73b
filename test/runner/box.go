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
)

// onCluster runs tests on a cluster. On the sandbox, what wants a cluster for itself has a
// second one, in a box, and runs beside the others.
func (t *tally) onCluster(ctx context.Context, c *cluster, tests onCluster) error {
	if !c.sandbox {
		return t.inTurn(ctx, c, slices.Concat([][]string{tests.alone}, tests.quiet, tests.others))
	}
	boxed, err := inBox(ctx, tests.alone) // before this process has a cluster
	if err != nil {
		return err
	}
	if err := c.install(ctx); err != nil {
		return err
	}
	if err := t.inTurn(ctx, c, tests.quiet); err != nil {
		return err
	}
	beside := make(chan error, 1)
	go func() { beside <- t.readBoxed(boxed, tests.alone) }()
	err = t.inTurn(ctx, c, tests.others)
	return errors.Join(err, <-beside)
}

func (t *tally) inTurn(ctx context.Context, c *cluster, groups [][]string) error {
	for _, group := range groups {
		if err := t.goTest(ctx, c.env, group); err != nil {
			return err
		}
	}
	return nil
}

// inBox prepares to run a group on a sandbox in a box.
func inBox(ctx context.Context, group []string) (*exec.Cmd, error) {
	// Nothing can be loaded from there.
	pkg := group[len(group)-1]
	if err := command(ctx, os.Environ(), "go", "list", "-deps", "-test", pkg).Run(); err != nil {
		return nil, fmt.Errorf("load what %s needs: %w", pkg, err)
	}
	dir, err := os.Getwd()
	return sandbox(ctx, append([]string{"box", "go", "-C", dir, "run", "./test/runner", "boxed"}, group...)...), err
}

// readBoxed runs what inBox has prepared, and is silent but for its tests, unless it fails.
func (t *tally) readBoxed(cmd *exec.Cmd, group []string) error {
	var talk bytes.Buffer
	cmd.Stderr = &talk
	if err := t.readFrom(cmd); err != nil {
		return fmt.Errorf("%s in a box: %w\n%s", group[len(group)-1], err, strings.TrimSpace(talk.String()))
	}
	return nil
}

// boxed starts a sandbox, runs a group on it, and ends it; it prints what go test -json does.
func boxed(ctx context.Context, group []string) (err error) {
	c, err := findCluster(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	cmd := command(ctx, c.env, "go", goTestArgs(group...)...)
	cmd.Stdout = os.Stdout
	return cmd.Run()
}
