package main

import (
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// loadImages has containerd pull all images that were built, so that the first
// pod of each is not slower than the second.
func (s *sandbox) loadImages(ctx context.Context) error {
	if err := s.untilContainerd(ctx); err != nil {
		return err
	}
	for _, part := range imageParts {
		names, err := imageNames(s.plan.dirs[part])
		if err != nil {
			return err
		}
		for _, name := range names {
			if err := s.pull(ctx, name); err != nil {
				return fmt.Errorf("load %s: %w", name, err)
			}
		}
	}
	return nil
}

func (s *sandbox) untilContainerd(ctx context.Context) error {
	var err error
	for range 200 {
		if _, err = output(s.ctr(ctx, "version")); err == nil {
			return nil
		}
		if err := pause(ctx, 50e6); err != nil {
			return err
		}
	}
	return err
}

func (s *sandbox) ctr(ctx context.Context, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, "ctr", append([]string{"-a", s.containerdSocket(), "-n", "k8s.io"}, args...)...)
}

func (s *sandbox) pull(ctx context.Context, name string) error {
	_, err := output(s.ctr(ctx, "image", "pull", "--hosts-dir", s.in("registries"), name))
	return err
}

// load packs a static program as an image, which runs it as user 65532.
func (s *sandbox) load(ctx context.Context, imageName, binary string) error {
	if err := needRoot(); err != nil {
		return err
	}
	if err := s.healthy(ctx); err != nil {
		return err
	}
	full := fullName(imageName)
	if err := static(binary); err != nil {
		return err
	}
	return withScratch(func(dir string) error {
		packed, err := binaryImage(full, binary, "/"+filepath.Base(binary), filepath.Join(dir, "layer.tar"), v1.Config{User: "65532:65532"})
		if err != nil {
			return err
		}
		// The registry reads the folder while this goes on: it must appear whole.
		whole := s.in("images", strings.NewReplacer("/", "_", ":", "_").Replace(full))
		if err := writeImages(whole+".new", packed); err != nil {
			return err
		}
		if err := os.RemoveAll(whole); err != nil {
			return err
		}
		if err := os.Rename(whole+".new", whole); err != nil {
			return err
		}
		if err := s.pull(ctx, full); err != nil {
			return err
		}
		s.say("loaded %s", full)
		return nil
	})
}

// fullName is the name by which kubelet looks for an image that a pod names in
// short: with docker.io/ (and library/) before it, and :latest behind.
func fullName(short string) string {
	host, rest, found := strings.Cut(short, "/")
	switch {
	case !found:
		short = "docker.io/library/" + short
	case !strings.ContainsAny(host, ".:") && host != "localhost":
		short = "docker.io/" + host + "/" + rest
	}
	if !strings.Contains(filepath.Base(short), ":") {
		short += ":latest"
	}
	return short
}

// static refuses a program that would not start in an image of nothing but itself.
func static(binary string) error {
	if !filepath.IsAbs(binary) {
		return fmt.Errorf("%q is a relative path, and go -C changes what it is relative to; give an absolute one", binary)
	}
	libraries, loader, err := linkedWith(binary)
	if err != nil {
		return err
	}
	if loader != "" || len(libraries) > 0 {
		return fmt.Errorf("%s is linked with %v, which the image does not have; build it with CGO_ENABLED=0", binary, libraries)
	}
	if _, err := elf.Open(binary); err != nil {
		return errors.New(binary + " is not a program for Linux")
	}
	return nil
}
