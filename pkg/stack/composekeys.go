package stack

import (
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// What docker-compose says of a service in words of its own, or though it is so in a cluster anyway.

// Words of docker-compose that mean another one here.
var (
	bridged  = map[string]string{"bridge": "default"}
	isolated = map[string]string{"private": "default", "shareable": "default"}
	pulled   = map[string]string{"missing": "not-present", "if_not_present": "not-present"}
)

// saidAs is a field for which a docker-compose file has such words, too.
func saidAs(field string, words map[string]string) key {
	return key{field: field, read: func(d *decoder, n *yaml.Node, path string, v reflect.Value) {
		f, _ := fieldByName(v, field)
		said := *n
		if word, ok := words[n.Value]; ok && d.compose() {
			said.Value = word
		}
		d.value(&said, path, f)
	}}
}

// inCompose is a key that only a docker-compose file may have, where it is passed over.
func inCompose(why string) key {
	return key{read: func(d *decoder, n *yaml.Node, path string, _ reflect.Value) {
		if !d.compose() {
			d.fail(n, path, "%s", why)
		}
	}}
}

// readContainerName takes the name that others call the service by.
func readContainerName(d *decoder, n *yaml.Node, path string, _ reflect.Value) {
	d.alsoCalled(n, path, as[string](d, n, path))
}

// readLinks takes services that are called by their own names. What a service is linked to comes before it.
func readLinks(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	s, ok := reflect.TypeAssert[*Service](v.Addr())
	for _, link := range as[[]string](d, n, path) {
		name, alias, renamed := strings.Cut(link, ":")
		switch {
		case renamed && alias != name:
			d.fail(n, path, "it does not reach %q as %q: services of a stack call each other by their own names; have it call %q, and write that", name, alias, name)
		case ok: // a revision has what its service depends on
			s.DependsOn = append(s.DependsOn, name)
		}
	}
}

// logging is docker-compose's section of that name.
type logging struct {
	Driver  string            `json:"driver"`
	Options map[string]string `json:"options"`
}

// readLogging takes docker's own files, which nodes keep, too.
func readLogging(d *decoder, n *yaml.Node, path string, _ reflect.Value) {
	l := as[logging](d, n, path)
	if !slices.Contains([]string{"", "json-file", dockerDriver}, l.Driver) {
		d.fail(n, path, "the driver %q cannot be: the cluster collects what containers write; take the key out", l.Driver)
	}
}

// readLabels takes what cannot be a label, as a rule of a proxy, for an annotation: docker's labels are
// read by programs, and do not choose pods.
func readLabels(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	r, said := revisionIn(v), as[map[string]string](d, n, path)
	if !d.compose() {
		r.Labels = said
		return
	}
	for name, value := range said {
		to := &r.Labels
		if len(validation.IsValidLabelValue(value)) > 0 && spec.CheckAnnotation(name) == nil {
			to = &r.Metadata
		}
		if *to == nil {
			*to = map[string]string{}
		}
		(*to)[name] = value
	}
}

// architectures are those of nodes, by docker's names, https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-arch
var architectures = map[string]string{
	"amd64": "amd64", "x86_64": "amd64", "arm64": "arm64", "aarch64": "arm64", "arm": "arm", "386": "386", "i386": "386",
	"ppc64le": "ppc64le", "s390x": "s390x", "riscv64": "riscv64",
}

// readPlatform takes OS/ARCHITECTURE[/VARIANT], either of the first two alone, too. All nodes with
// Istio are of linux.
func readPlatform(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	platform := as[string](d, n, path)
	words := strings.SplitN(platform, "/", 3)
	if words[0] == "linux" {
		words = words[1:]
	}
	if len(words) == 0 || platform == "" {
		return
	}
	architecture, ok := architectures[words[0]]
	if !ok {
		d.fail(n, path, "%q is no platform of nodes here; want linux/ARCHITECTURE, for example linux/amd64", platform)
		return
	}
	node := revisionIn(v).Nodes()
	node.RequireAll = append(node.RequireAll, "kubernetes.io/arch="+architecture)
}

// readShmSize makes /dev/shm as large as it is said.
func readShmSize(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	size, err := bytesOf(n.Value)
	if err != nil {
		d.fail(n, path, "%v", err)
		return
	}
	c := containerIn(v)
	c.Tmpfs = append(c.Tmpfs, spec.Tmpfs{Path: "/dev/shm", SizeBytes: size})
	d.mount(n, path, "/dev/shm")
}
