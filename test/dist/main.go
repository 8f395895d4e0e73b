// Command dist makes what a release consists of: an archive for each platform with its
// SBOM, the checksums, and the krew manifests that name the archives. It runs at the top
// of the repository. Equal sources, toolchain and version give equal bytes, wherever and
// whenever it runs: so the manifests of a release can be part of the commit that is released.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// release is what is to be made.
type release struct {
	version string // with its v
	out     string // folder
	url     string // under which the archives of this version will be found
	ldflags string
	sbom    string // cyclonedx-gomod
}

func run(ctx context.Context, args []string) error {
	var r release
	var platforms string
	f := flag.NewFlagSet("dist", flag.ContinueOnError)
	f.StringVar(&r.version, "version", "", "version of the release, as v1.2.3")
	f.StringVar(&r.out, "out", "dist", "folder that the files go to")
	f.StringVar(&r.url, "url", "", "where the archives will be found")
	f.StringVar(&r.ldflags, "ldflags", "", "for the linker")
	f.StringVar(&r.sbom, "sbom", "", "the program cyclonedx-gomod")
	f.StringVar(&platforms, "platforms", "", "OS/ARCH, separated by spaces")
	if err := f.Parse(args); err != nil {
		return err
	}
	if r.version == "" || r.url == "" || r.sbom == "" || platforms == "" {
		return errors.New("-version, -url, -sbom and -platforms are needed; see: make dist")
	}
	return r.make(ctx, strings.Fields(platforms))
}

func (r release) make(ctx context.Context, platforms []string) error {
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return err
	}
	var archives []archive
	for _, name := range platforms {
		p, err := parsePlatform(name)
		if err != nil {
			return err
		}
		a, err := r.archive(ctx, p)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Println(filepath.Join(r.out, a.Name))
		archives = append(archives, a)
	}
	if err := writeChecksums(r.out); err != nil {
		return err
	}
	manifest, err := r.manifest(archives)
	if err != nil {
		return err
	}
	// krew reads the one, its index scanner the other, and that skips symbolic links.
	for _, path := range []string{"krew-manifest.yaml", filepath.Join("plugins", "rio.yaml")} {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, manifest, 0o644); err != nil {
			return err
		}
	}
	return nil
}
