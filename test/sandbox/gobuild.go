package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
)

// goBuild builds pkg into dir, static and without symbols: the programs are
// large, and half of an empty-cache link is symbols that nobody reads. The tag
// leaves out of Envoy's API what checks messages before they are sent, as Istio's
// own builds do: a third of its source. It gives way to what else the machine does,
// as the tests that need no cluster.
func (b *builder) goBuild(ctx context.Context, pkg, dir string) error {
	content, err := os.ReadFile(filepath.Join(b.checkout, "go.mod"))
	if err != nil {
		return err
	}
	flags, err := linkFlags(content)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "nice", "-n", "19", "go", "build", "-trimpath", "-buildvcs=false", "-tags=disable_pgv", "-ldflags", flags, "-o", dir+"/", pkg)
	cmd.Dir = b.checkout
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	_, err = output(cmd)
	return err
}

// moduleDir is where a module's files are, downloaded when they are not yet there.
func (b *builder) moduleDir(ctx context.Context, module string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", module)
	cmd.Dir = b.checkout
	dir, err := output(cmd)
	return strings.TrimSpace(dir), err
}

// linkFlags gives the programs the versions that their own release builds would.
func linkFlags(goMod []byte) (string, error) {
	file, err := modfile.ParseLax("go.mod", goMod, nil)
	if err != nil {
		return "", err
	}
	kubernetes := ""
	for _, require := range file.Require {
		if require.Mod.Path == "k8s.io/kubernetes" {
			kubernetes = require.Mod.Version
		}
	}
	parts := strings.Split(strings.TrimPrefix(kubernetes, "v"), ".")
	if len(parts) != 3 {
		return "", fmt.Errorf("go.mod requires k8s.io/kubernetes %q, want a version like v1.2.3", kubernetes)
	}
	flags := []string{"-s -w"}
	for _, pkg := range []string{"k8s.io/component-base/version", "k8s.io/client-go/pkg/version"} {
		flags = append(flags,
			"-X "+pkg+".gitVersion="+kubernetes,
			"-X "+pkg+".gitMajor="+parts[0],
			"-X "+pkg+".gitMinor="+parts[1],
			"-X "+pkg+".gitCommit=sandbox",
		)
	}
	return strings.Join(append(flags,
		"-X istio.io/istio/pkg/version.buildVersion="+istioVersion,
		"-X istio.io/istio/pkg/version.buildTag="+istioVersion,
		"-X istio.io/istio/pkg/version.buildStatus=Clean",
	), " "), nil
}
