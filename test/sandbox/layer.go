package main

import (
	"archive/tar"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// entry is one file of an image: a copy of source, else a symbolic link, else
// content, else (a path with a slash at its end) a folder.
type entry struct {
	path    string // absolute, in the image
	source  string
	link    string
	content string
	mode    int64 // of contents and folders; copies keep their own permissions
}

// writeLayer writes a tar of the entries, owned by root and without times, so
// that equal inputs give equal layers.
func writeLayer(file string, entries []entry) error {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer out.Close()
	writer := tar.NewWriter(out)
	for _, e := range entries {
		if err := writeEntry(writer, e); err != nil {
			return err
		}
	}
	if err := writer.Close(); err != nil {
		return err
	}
	return out.Close()
}

func writeEntry(writer *tar.Writer, e entry) error {
	header := &tar.Header{Name: strings.TrimPrefix(e.path, "/"), Mode: e.mode, ModTime: time.Unix(0, 0), Format: tar.FormatGNU}
	switch {
	case e.source != "":
		return copyEntry(writer, header, e.source)
	case e.link != "":
		header.Typeflag, header.Linkname, header.Mode = tar.TypeSymlink, e.link, 0o777
		return writer.WriteHeader(header)
	case strings.HasSuffix(e.path, "/"):
		header.Typeflag = tar.TypeDir
		return writer.WriteHeader(header)
	}
	header.Typeflag, header.Size = tar.TypeReg, int64(len(e.content))
	if err := writer.WriteHeader(header); err != nil {
		return err
	}
	_, err := io.WriteString(writer, e.content)
	return err
}

func copyEntry(writer *tar.Writer, header *tar.Header, source string) error {
	source, err := filepath.EvalSymlinks(source)
	if err != nil {
		return err
	}
	in, err := os.Open(source)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	header.Typeflag, header.Size, header.Mode = tar.TypeReg, info.Size(), int64(info.Mode().Perm())
	if err := writer.WriteHeader(header); err != nil {
		return err
	}
	_, err = io.Copy(writer, in)
	return err
}
