package main

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the manifest's text
	"fmt"
	"os"
	"path/filepath"
	"text/template"
)

//go:embed krew.yaml.tmpl
var krewText string

// manifest is what krew reads of a release.
func (r release) manifest(archives []archive) ([]byte, error) {
	t, err := template.New("krew").Option("missingkey=error").Parse(krewText)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = t.Execute(&out, map[string]any{"Version": r.version, "URL": r.url, "Archives": archives})
	return out.Bytes(), err
}

// writeChecksums writes checksums.txt for all that is in a folder, as sha256sum -c reads it.
func writeChecksums(dir string) error {
	const name = "checksums.txt"
	entries, err := os.ReadDir(dir) // sorted
	if err != nil {
		return err
	}
	var out bytes.Buffer
	for _, e := range entries {
		if e.Name() == name {
			continue
		}
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&out, "%x  %s\n", sha256.Sum256(content), e.Name())
	}
	return os.WriteFile(filepath.Join(dir, name), out.Bytes(), 0o644)
}
