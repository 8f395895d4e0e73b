package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var twoFiles = []file{{"LICENSE", 0o644, []byte("free\n")}, {"kubectl-rio", 0o755, []byte("\x7fELF")}}

const twoFilesListed = "LICENSE -rw-r--r-- 1980-01-01T00:00:00Z 0:0 \"free\\n\"\nkubectl-rio -rwxr-xr-x 1980-01-01T00:00:00Z 0:0 \"\\x7fELF\"\n"

const stamp = "2006-01-02T15:04:05Z07:00"

func TestTarball(t *testing.T) {
	packed, err := tarball(twoFiles)
	if err != nil {
		t.Fatal(err)
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	if !unzipped.ModTime.IsZero() || unzipped.Name != "" {
		t.Errorf("gzip's header tells %s and %q", unzipped.ModTime, unzipped.Name)
	}
	var got strings.Builder
	r := tar.NewReader(unzipped)
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&got, "%s %s %s %d:%d %q\n", h.Name, h.FileInfo().Mode(), h.ModTime.UTC().Format(stamp), h.Uid, h.Gid, content)
	}
	if diff := cmp.Diff(twoFilesListed, got.String()); diff != "" {
		t.Error(diff)
	}
}

func TestZip(t *testing.T) {
	packed, err := zipped(twoFiles)
	if err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, f := range r.File {
		content, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		all, err := io.ReadAll(content)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&got, "%s %s %s 0:0 %q\n", f.Name, f.Mode(), f.Modified.UTC().Format(stamp), all)
	}
	if diff := cmp.Diff(twoFilesListed, got.String()); diff != "" {
		t.Error(diff)
	}
}

func TestPlatforms(t *testing.T) {
	for s, exe := range map[string]string{"linux/arm64": "kubectl-rio", "windows/amd64": "kubectl-rio.exe"} {
		if p, err := parsePlatform(s); err != nil || p.exe() != exe {
			t.Errorf("%s: %v, %s", s, err, p.exe())
		}
	}
	for _, s := range []string{"linux", "/amd64", "linux/"} {
		if _, err := parsePlatform(s); err == nil {
			t.Errorf("%q is taken for a platform", s)
		}
	}
}

func TestManifest(t *testing.T) {
	r := release{version: "v1.2.3", url: "https://example.com/v1.2.3"}
	got, err := r.manifest([]archive{
		{platform{"linux", "amd64"}, "a.tar.gz", strings.Repeat("a", 64), "kubectl-rio"},
		{platform{"windows", "arm64"}, "b.zip", strings.Repeat("b", 64), "kubectl-rio.exe"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(got), "  version: v1.2.3\n") {
		t.Errorf("no version in\n%s", got)
	}
	_, platforms, _ := strings.Cut(string(got), "  platforms:\n")
	want := `  - selector:
      matchLabels:
        os: linux
        arch: amd64
    uri: https://example.com/v1.2.3/a.tar.gz
    sha256: ` + strings.Repeat("a", 64) + `
    bin: kubectl-rio
  - selector:
      matchLabels:
        os: windows
        arch: arm64
    uri: https://example.com/v1.2.3/b.zip
    sha256: ` + strings.Repeat("b", 64) + `
    bin: kubectl-rio.exe
`
	if diff := cmp.Diff(want, platforms); diff != "" {
		t.Error(diff)
	}
}

func TestChecksums(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"b": "", "a": "x", "checksums.txt": "old"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := writeChecksums(dir); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(dir, "checksums.txt"))
	if err != nil {
		t.Fatal(err)
	}
	want := "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881  a\n" +
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b\n"
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsMissingIsSaid(t *testing.T) {
	if err := run(t.Context(), []string{"-version", "v1.2.3"}); err == nil || !strings.Contains(err.Error(), "-platforms") {
		t.Errorf("got %v", err)
	}
}
