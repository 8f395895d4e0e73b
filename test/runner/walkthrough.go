package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// walkthrough plays the story that README begins with, from install on, with the program of
// this machine's archive in a folder.
func walkthrough(ctx context.Context, dir string) (err error) {
	program, err := os.MkdirTemp("", "kubectl-rio-dist-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(program)
	if err := unpack(ctx, dir, program); err != nil {
		return err
	}
	c, err := findCluster(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	c.env = withPath(c.env, program)
	if err := c.install(ctx); err != nil {
		return err
	}
	which := command(ctx, c.env, "env", "kubectl", "rio", "version")
	which.Stdout = os.Stdout
	if err := which.Run(); err != nil {
		return err
	}
	t := newTally(os.Stdout)
	if err := t.goTest(ctx, append(c.env, "RIO_PROGRAM=PATH"), []string{"-run=^TestScripts$/^(walkthrough|completion)$", "./test/cluster"}); err != nil {
		return err
	}
	return t.verdict()
}

// unpack takes the one archive for this machine out of a folder.
func unpack(ctx context.Context, dir, to string) error {
	pattern := filepath.Join(dir, fmt.Sprintf("kubectl-rio_*_%s_%s.tar.gz", runtime.GOOS, runtime.GOARCH))
	archives, err := filepath.Glob(pattern)
	if err != nil || len(archives) != 1 {
		return fmt.Errorf("%d files are called %s, want one; make it: make dist", len(archives), pattern)
	}
	return command(ctx, os.Environ(), "tar", "-xzf", archives[0], "-C", to).Run()
}

// withPath puts a folder before all others of an environment's PATH.
func withPath(env []string, dir string) []string {
	env = slices.Clone(env)
	for i, v := range env {
		if rest, ok := strings.CutPrefix(v, "PATH="); ok {
			env[i] = "PATH=" + dir + string(os.PathListSeparator) + rest
		}
	}
	return env
}
