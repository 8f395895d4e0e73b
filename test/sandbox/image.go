package main

import (
	"compress/gzip"
	"os"
	"runtime"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// image is what a Dockerfile would say: layers, and how to start.
type image struct {
	name   string // as kubelet asks for it, with docker.io/
	layers []string
	config v1.Config
}

// nameAnnotation is where an OCI layout keeps the name of an image.
const nameAnnotation = "org.opencontainers.image.ref.name"

// writeImages writes an OCI layout, from which the registry serves.
func writeImages(dir string, images ...image) error {
	path, err := layout.Write(dir, empty.Index)
	if err != nil {
		return err
	}
	for _, image := range images {
		assembled, err := assemble(image)
		if err != nil {
			return err
		}
		if err := path.AppendImage(assembled, layout.WithAnnotations(map[string]string{nameAnnotation: image.name})); err != nil {
			return err
		}
	}
	return nil
}

func assemble(image image) (v1.Image, error) {
	base, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{
		OS: "linux", Architecture: runtime.GOARCH, Config: image.config,
		RootFS: v1.RootFS{Type: "layers"},
	})
	if err != nil {
		return nil, err
	}
	var layers []v1.Layer
	for _, file := range image.layers {
		// It never leaves this machine: to pack it small would only cost time.
		layer, err := tarball.LayerFromFile(file, tarball.WithCompressionLevel(gzip.NoCompression))
		if err != nil {
			return nil, err
		}
		layers = append(layers, layer)
	}
	return mutate.AppendLayers(base, layers...)
}

// binaryImage is an image of one static program, which it starts.
func binaryImage(imageName, binary, inImage string, layerFile string, config v1.Config) (image, error) {
	err := writeLayer(layerFile, []entry{
		{path: "/tmp/", mode: 0o1777},
		{path: "/etc/passwd", content: "root:x:0:0::/:\nnonroot:x:65532:65532::/:\nistio-proxy:x:1337:1337::/:\n", mode: 0o644},
		{path: inImage, source: binary},
	})
	config.Entrypoint = []string{inImage}
	return image{name: imageName, layers: []string{layerFile}, config: config}, err
}

// withScratch gives a folder for layers, which go once they are in an image.
func withScratch(use func(dir string) error) error {
	dir, err := os.MkdirTemp("", "sandbox-layers-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	return use(dir)
}
