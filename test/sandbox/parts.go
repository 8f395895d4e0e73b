package main

import "context"

// Names under which the images are loaded; values/istiod.yaml names two of them.
const (
	pauseImage   = "docker.io/kubectl-rio/pause:sandbox"
	coreDNSImage = "docker.io/kubectl-rio/coredns:sandbox"
	istiodImage  = "docker.io/kubectl-rio/istiod:sandbox"
	proxyImage   = "docker.io/kubectl-rio/proxyv2:sandbox"
)

// imageParts are the parts whose folder is an OCI layout for the registry.
var imageParts = []string{"base-images", "nginx-image", "httpd-image", "istiod-image", "proxy-image"}

// parts is all that is built, in order. The first Go part that needs a library
// pays for it: nearly all of Kubernetes comes with kube-apiserver.
func parts() []part {
	return []part{
		goPart("etcd", "./parts/etcd", 60, "parts/etcd"),
		goPart("kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver", 240),
		goPart("kube-controller-manager", "k8s.io/kubernetes/cmd/kube-controller-manager", 85),
		goPart("kube-scheduler", "k8s.io/kubernetes/cmd/kube-scheduler", 10),
		goPart("kubelet", "k8s.io/kubernetes/cmd/kubelet", 25),
		goPart("kube-proxy", "k8s.io/kubernetes/cmd/kube-proxy", 10),
		goPart("kubectl", "k8s.io/kubernetes/cmd/kubectl", 20),
		goPart("coredns", "./parts/coredns", 10, "parts/coredns"),
		goPart("networkpolicy", "./parts/networkpolicy", 3, "parts/networkpolicy"),
		goPart("pause", "./parts/pause", 1, "parts/pause"),
		goPart("echo", "./parts/echo", 2, "parts/echo"),
		goPart("pilot-discovery", "istio.io/istio/pilot/cmd/pilot-discovery", 140),
		goPart("pilot-agent", "istio.io/istio/pilot/cmd/pilot-agent", 5),
		goPart("istioctl", "istio.io/istio/istioctl/cmd/istioctl", 25),
		{name: "istio-charts", seconds: 1, inputs: []string{"go.mod", "istio.go"}, build: buildIstioCharts},
		{name: "envoy", seconds: 10, debian: true, inputs: []string{"parts/envoy", "envoy.go"}, build: buildEnvoy},
		imagePart("base-images", 2, "images.go", buildBaseImages, "pause", "coredns", "echo"),
		imagePart("istiod-image", 2, "images.go", buildIstiodImage, "pilot-discovery"),
		imagePart("proxy-image", 4, "images.go", buildProxyImage, "pilot-agent", "envoy"),
		debianPart("nginx-image", "nginx-light", nginx),
		debianPart("httpd-image", "apache2", httpd),
	}
}

// goPart is one Go program, from this module or from a module that go.mod names.
func goPart(name, pkg string, seconds int, sources ...string) part {
	return part{
		name: name, seconds: seconds,
		inputs: append([]string{"go.mod", "go.sum", "gobuild.go"}, sources...),
		build: func(ctx context.Context, b *builder, dir string) error {
			return b.goBuild(ctx, pkg, dir)
		},
	}
}

// imagePart is one or more images; recipe is the file that says what is in them.
func imagePart(name string, seconds int, recipe string, build func(context.Context, *builder, string) error, needs ...string) part {
	return part{name: name, seconds: seconds, needs: needs, build: build, inputs: []string{recipe, "image.go"}}
}

// debianPart is the image of one server package.
func debianPart(name, pkg string, as image) part {
	p := imagePart(name, 30, "debian.go", debianImage(pkg, as))
	p.debian = true
	return p
}
