package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

// builder is what a part's build function works with.
type builder struct {
	checkout string
	plan     plan
}

// build makes every part that is not in the cache. Debian's packages come over the network
// meanwhile, as the long ones need nothing but the processor.
func (s *sandbox) build(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	installed := make(chan struct{})
	group.Go(func() error {
		if err := s.installPackages(ctx); err != nil {
			return err
		}
		close(installed)
		return nil
	})
	group.Go(func() error { return s.buildParts(ctx, installed) })
	return group.Wait()
}

func (s *sandbox) buildParts(ctx context.Context, installed <-chan struct{}) error {
	missing := s.plan.missing()
	if len(missing) == 0 {
		return nil
	}
	cache := filepath.Dir(s.plan.dirs[missing[0].name])
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return err
	}
	unlock, err := lock(ctx, filepath.Join(cache, "lock"), func() {
		s.say("another build is under way; waiting for it")
	})
	if err != nil {
		return err
	}
	defer unlock()
	missing = s.plan.missing() // the other build may have made some
	b := &builder{checkout: s.checkout, plan: s.plan}
	progress := newProgress(s.talk, missing)
	lanes, ctx := errgroup.WithContext(ctx)
	for _, lane := range inLanes(missing) {
		lanes.Go(func() error { return buildInTurn(ctx, b, progress, lane, installed) })
	}
	return lanes.Wait()
}

// inLanes divides what is to be built: images of Debian's packages have nothing to do with the
// rest, and neither uses two processors all the time.
func inLanes(parts []part) [][]part {
	needed := func(p part) bool {
		return slices.ContainsFunc(parts, func(other part) bool { return slices.Contains(other.needs, p.name) })
	}
	var images, rest []part
	for _, p := range parts {
		if p.debian && !needed(p) {
			images = append(images, p)
		} else {
			rest = append(rest, p)
		}
	}
	return [][]part{rest, images}
}

func buildInTurn(ctx context.Context, b *builder, progress *progress, parts []part, installed <-chan struct{}) error {
	for _, part := range parts {
		if part.debian {
			select {
			case <-installed:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		end := progress.begin(part.name)
		err := buildPart(ctx, b, part)
		end(err == nil)
		if ctx.Err() != nil {
			return fmt.Errorf("interrupted at %s; the parts before it are kept", part.name)
		}
		if err != nil {
			return fmt.Errorf("build %s: %w", part.name, err)
		}
	}
	return nil
}

func (p plan) missing() []part {
	var missing []part
	for _, part := range p.parts {
		if _, err := os.Stat(p.dirs[part.name]); err != nil {
			missing = append(missing, part)
		}
	}
	return missing
}

// buildPart builds into a temporary folder: a folder with its final name is whole.
func buildPart(ctx context.Context, b *builder, part part) error {
	final := b.plan.dirs[part.name]
	temporary := final + ".building"
	if err := os.RemoveAll(temporary); err != nil {
		return err
	}
	if err := os.MkdirAll(temporary, 0o755); err != nil {
		return err
	}
	defer os.RemoveAll(temporary)
	if err := part.build(ctx, b, temporary); err != nil {
		return err
	}
	return os.Rename(temporary, final)
}

// lock waits for the file's lock, calling wait once when it has to.
// The kernel frees it when the process ends, however it ends.
func lock(ctx context.Context, path string, wait func()) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	for told := false; ; told = true {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { file.Close() }, nil
		}
		if err != syscall.EWOULDBLOCK {
			file.Close()
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		if !told {
			wait()
		}
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			file.Close()
			return nil, err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// output runs a command to its end and gives its standard output; a failure
// carries the end of what it said.
func output(cmd *exec.Cmd) (string, error) {
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		said := strings.TrimSpace(stderr.String() + stdout.String())
		return "", fmt.Errorf("%s: %w: %s", filepath.Base(cmd.Path), err, lastLines(said, 15))
	}
	return stdout.String(), nil
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
