package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// archive is one that was made.
type archive struct {
	platform
	Name   string
	SHA256 string
	Bin    string // the program in it
}

// file is one in an archive.
type file struct {
	name    string
	mode    os.FileMode
	content []byte
}

// epoch is the age of all files: the first time that a zip can hold.
var epoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// archive builds for a platform and packs what a user of it needs.
func (r release) archive(ctx context.Context, p platform) (archive, error) {
	dir, err := os.MkdirTemp("", "dist-")
	if err != nil {
		return archive{}, err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, p.exe())
	if err := r.build(ctx, p, program); err != nil {
		return archive{}, err
	}
	base := fmt.Sprintf("kubectl-rio_%s_%s_%s", r.version, p.OS, p.Arch)
	if err := r.writeSBOM(ctx, program, filepath.Join(r.out, base+".cdx.json")); err != nil {
		return archive{}, err
	}
	files, err := contents(p, program)
	if err != nil {
		return archive{}, err
	}
	pack, name := tarball, base+".tar.gz"
	if p.OS == "windows" {
		pack, name = zipped, base+".zip"
	}
	packed, err := pack(files)
	if err != nil {
		return archive{}, err
	}
	sum := sha256.Sum256(packed)
	return archive{p, name, hex.EncodeToString(sum[:]), p.exe()}, os.WriteFile(filepath.Join(r.out, name), packed, 0o644)
}

func contents(p platform, program string) ([]file, error) {
	script := "kubectl_complete-rio"
	if p.OS == "windows" {
		script += ".cmd"
	}
	files := []file{{name: "LICENSE", mode: 0o644}, {name: p.exe(), mode: 0o755}, {name: script, mode: 0o755}}
	for i, path := range []string{"LICENSE", program, filepath.Join("pkg/cli/complete", script)} {
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		files[i].content = content
	}
	return files, nil
}

func tarball(files []file) ([]byte, error) {
	var out bytes.Buffer
	compressed := gzip.NewWriter(&out)
	w := tar.NewWriter(compressed)
	for _, f := range files {
		header := &tar.Header{Typeflag: tar.TypeReg, Name: f.name, Mode: int64(f.mode), Size: int64(len(f.content)), ModTime: epoch, Format: tar.FormatUSTAR}
		if err := w.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := w.Write(f.content); err != nil {
			return nil, err
		}
	}
	err := errors.Join(w.Close(), compressed.Close())
	return out.Bytes(), err
}

func zipped(files []file) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range files {
		header := &zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: epoch}
		header.SetMode(f.mode)
		part, err := w.CreateHeader(header)
		if err != nil {
			return nil, err
		}
		if _, err := part.Write(f.content); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}
