package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

const registryPort = 15080

// runRegistry serves the images below the state folder until ctx ends. With it a
// pod gets an image under its plain name and with every pull policy, as from a
// registry elsewhere, and an unknown name fails as it does there.
func runRegistry(ctx context.Context, state string) error {
	server := &http.Server{
		Addr:    fmt.Sprintf("127.0.0.1:%d", registryPort),
		Handler: registry(filepath.Join(state, "images")),
	}
	context.AfterFunc(ctx, func() { server.Close() })
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

var (
	digestForm   = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
	registryPath = regexp.MustCompile(`^/v2/(.+)/(manifests|blobs)/([^/]+)$`)
)

// registry answers what a pull asks: https://github.com/opencontainers/distribution-spec,
// "Pull". Each folder in dir is an OCI layout; they are read anew each time, so
// one that is added is there at once.
func registry(dir string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v2/" {
			return
		}
		parts := registryPath.FindStringSubmatch(r.URL.Path)
		if parts == nil {
			http.NotFound(w, r)
			return
		}
		name, kind, reference := parts[1], parts[2], parts[3]
		if kind == "manifests" && !digestForm.MatchString(reference) {
			// containerd says in ns which registry it stands for.
			reference = findImage(dir, r.URL.Query().Get("ns")+"/"+name+":"+reference)
		}
		serveBlob(w, r, dir, kind, reference)
	})
}

func serveBlob(w http.ResponseWriter, r *http.Request, dir, kind, digest string) {
	if digestForm.MatchString(digest) {
		files, _ := filepath.Glob(filepath.Join(dir, "*", "blobs", "sha256", digest[len("sha256:"):]))
		if len(files) > 0 {
			if kind == "manifests" {
				w.Header().Set("Content-Type", mediaType(files[0]))
			} else {
				w.Header().Set("Content-Type", "application/octet-stream")
			}
			w.Header().Set("Docker-Content-Digest", digest)
			http.ServeFile(w, r, files[0])
			return
		}
	}
	http.Error(w, `{"errors":[{"code":"MANIFEST_UNKNOWN","message":"not in the sandbox"}]}`, http.StatusNotFound)
}

// findImage gives the digest of the manifest of a name, or nothing.
func findImage(dir, name string) string {
	layouts, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, layout := range layouts {
		index, err := readIndex(layout)
		if err != nil {
			continue // removed or replaced at this moment
		}
		for _, manifest := range index.Manifests {
			if manifest.Annotations[nameAnnotation] == name {
				return manifest.Digest.String()
			}
		}
	}
	return ""
}

func readIndex(layout string) (v1.IndexManifest, error) {
	var index v1.IndexManifest
	content, err := os.ReadFile(filepath.Join(layout, "index.json"))
	if err != nil {
		return index, err
	}
	return index, json.Unmarshal(content, &index)
}

func imageNames(layout string) ([]string, error) {
	index, err := readIndex(layout)
	var names []string
	for _, manifest := range index.Manifests {
		names = append(names, manifest.Annotations[nameAnnotation])
	}
	return names, err
}

func mediaType(file string) string {
	var manifest struct {
		MediaType string `json:"mediaType"`
	}
	content, err := os.ReadFile(file)
	if err != nil || json.Unmarshal(content, &manifest) != nil {
		return ""
	}
	return manifest.MediaType
}
