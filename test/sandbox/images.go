package main

import (
	"context"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// program is an image of one static Go program.
type program struct {
	image  string
	part   string // that built it, under its own name
	path   string // in the image
	config v1.Config
}

// buildBaseImages packs the small ones: pause, CoreDNS and three versions of echo.
func buildBaseImages(_ context.Context, b *builder, dir string) error {
	programs := []program{
		{pauseImage, "pause", "/pause", v1.Config{User: "65532:65532"}},
		{coreDNSImage, "coredns", "/coredns", v1.Config{}},
	}
	for _, version := range []string{"v1", "v2", "v3"} {
		programs = append(programs, program{"docker.io/library/echo:" + version, "echo", "/echo", v1.Config{Env: []string{"VERSION=" + version}}})
	}
	return packPrograms(b.plan, dir, programs...)
}

func buildIstiodImage(_ context.Context, b *builder, dir string) error {
	return packPrograms(b.plan, dir, program{
		istiodImage, "pilot-discovery", "/usr/local/bin/pilot-discovery", v1.Config{User: "1337:1337"},
	})
}

func packPrograms(plan plan, dir string, programs ...program) error {
	return withScratch(func(scratch string) error {
		var images []image
		for _, p := range programs {
			packed, err := binaryImage(p.image, plan.file(p.part, p.part), p.path, filepath.Join(scratch, p.part+".tar"), p.config)
			if err != nil {
				return err
			}
			images = append(images, packed)
		}
		return writeImages(dir, images...)
	})
}

// buildProxyImage packs what Istio's proxyv2 image has: Envoy, the agent that
// configures it, and iptables, with which a sidecar catches its pod's traffic.
func buildProxyImage(ctx context.Context, b *builder, dir string) error {
	istio, err := b.moduleDir(ctx, istioModule)
	if err != nil {
		return err
	}
	entries := []entry{
		{path: "/tmp/", mode: 0o1777},
		{path: "/var/lib/istio/data/", mode: 0o777},
		{path: "/etc/istio/proxy/", mode: 0o777},
		{path: "/etc/passwd", content: "root:x:0:0::/:\nistio-proxy:x:1337:1337::/:\n", mode: 0o644},
		{path: "/etc/group", content: "root:x:0:\nistio-proxy:x:1337:\n", mode: 0o644},
		{path: "/usr/local/bin/pilot-agent", source: b.plan.file("pilot-agent", "pilot-agent")},
		{path: "/usr/local/bin/envoy", source: b.plan.file("envoy", "envoy")},
		{path: "/var/lib/istio/envoy/envoy_bootstrap_tmpl.json", source: filepath.Join(istio, "tools/packaging/common/envoy_bootstrap.json")},
		{path: "/usr/sbin/xtables-nft-multi", source: "/usr/sbin/xtables-nft-multi"},
		{path: "/usr/sbin/nft", source: "/usr/sbin/nft"},
	}
	for _, family := range []string{"iptables", "ip6tables"} {
		for _, suffix := range []string{"", "-save", "-restore", "-nft", "-nft-save", "-nft-restore"} {
			entries = append(entries, entry{path: "/usr/sbin/" + family + suffix, link: "xtables-nft-multi"})
		}
	}
	plugins, err := filepath.Glob(filepath.Join(libraryDir(), "xtables", "*.so"))
	if err != nil {
		return err
	}
	for _, plugin := range plugins {
		entries = append(entries, entry{path: "/usr/lib/xtables/" + filepath.Base(plugin), source: plugin})
	}
	libraries, err := librariesOf(entries)
	if err != nil {
		return err
	}
	return withScratch(func(scratch string) error {
		layer := filepath.Join(scratch, "layer.tar")
		if err := writeLayer(layer, append(entries, libraries...)); err != nil {
			return err
		}
		return writeImages(dir, image{
			name: proxyImage, layers: []string{layer},
			config: v1.Config{
				User:       "1337:1337",
				Entrypoint: []string{"/usr/local/bin/pilot-agent"},
				Env:        []string{"PATH=/usr/local/bin:/usr/sbin:/usr/bin", "XTABLES_LIBDIR=/usr/lib/xtables"},
			},
		})
	})
}
