package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// platform is what one archive is for.
type platform struct{ OS, Arch string }

func parsePlatform(s string) (platform, error) {
	os, arch, ok := strings.Cut(s, "/")
	if !ok || os == "" || arch == "" {
		return platform{}, fmt.Errorf("invalid platform %q: want OS/ARCH, for example linux/amd64", s)
	}
	return platform{os, arch}, nil
}

// exe is the program's name there.
func (p platform) exe() string {
	if p.OS == "windows" {
		return "kubectl-rio.exe"
	}
	return "kubectl-rio"
}

// build compiles the plugin. The environment that would change the result is set.
func (r release) build(ctx context.Context, p platform, output string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", r.ldflags, "-o", output, "./cmd/kubectl-rio")
	cmd.Env = append(os.Environ(), "GOOS="+p.OS, "GOARCH="+p.Arch, "CGO_ENABLED=0",
		"GOAMD64=v1", "GOARM64=v8.0", "GOEXPERIMENT=", "GOFIPS140=off", "GOFLAGS=", "GOWORK=off")
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

// writeSBOM says what is linked into a program.
func (r release) writeSBOM(ctx context.Context, program, output string) error {
	tool, err := filepath.Abs(r.sbom)
	if err != nil {
		return err
	}
	// Serial number and time would differ each time.
	cmd := exec.CommandContext(ctx, tool, "bin", "-json", "-std", "-noserial", "-notimestamp", "-version", r.version, "-output", output, program)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("SBOM of %s: %w", program, err)
	}
	return nil
}
