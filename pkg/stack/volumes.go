package stack

import (
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// readVolumes takes volumes as words and mappings, one of type tmpfs, or a file of the user's, for what it is. What docker
// compose config writes where nothing is said, volume: {}, is left out.
func readVolumes(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	c := containerIn(v)
	d.each(n, path, func(item *yaml.Node, path string) {
		if typeOf(item) == "tmpfs" {
			d.mountMemory(item, path, c)
			return
		}
		before := len(d.problems)
		m := as[spec.Mount](d, item, path)
		if len(d.problems) > before {
			return
		}
		if m.Bind != nil && *m.Bind == (spec.MountBind{}) {
			m.Bind = nil
		}
		if m.Volume != nil && *m.Volume == (spec.MountVolume{}) {
			m.Volume = nil
		}
		if d.compose() && m.Kind != spec.KindBind {
			m.Source = volumeName(m.Source)
		}
		d.mount(item, path, m.Target)
		if d.bring(item, path, m) {
			return
		}
		if err := m.Check(); err != nil {
			d.fail(item, path, "%v", err)
		}
		c.Volumes = append(c.Volumes, m)
	})
}

// readTmpfs takes directories in memory.
func readTmpfs(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	d.each(n, path, func(item *yaml.Node, path string) { d.mountMemory(item, path, containerIn(v)) })
}

func (d *decoder) mountMemory(n *yaml.Node, path string, c *spec.Container) {
	t := as[spec.Tmpfs](d, n, path)
	d.mount(n, path, t.Path)
	c.Tmpfs = append(c.Tmpfs, t)
}

// mount keeps where a container mounts something, and refuses a second one at the same place, as Kubernetes does.
func (d *decoder) mount(n *yaml.Node, where, target string) {
	container := containerOf(where)
	if d.places[container] == nil {
		d.places[container] = map[string]int{}
	}
	first, taken := d.places[container][target]
	if taken && target != "" {
		d.fail(n, where, "%q is mounted twice, first in line %d; give each a path of its own", target, first)
		return
	}
	d.places[container][target] = n.Line
}

// containerOf is the path of the container that something below one of its keys is mounted in.
func containerOf(path string) string { return path[:strings.LastIndexByte(path, '.')] }

// typeOf is what a mapping says of its type.
func typeOf(n *yaml.Node) string {
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "type" {
			return n.Content[i+1].Value
		}
	}
	return ""
}

// inMemory is what docker-compose says of a volume of type tmpfs.
type inMemory struct {
	SizeBytes int64 `json:"sizeBytes"`
}

func tmpfsKeys() map[string]key {
	return map[string]key{"type": passedOver, "target": also("path"), "tmpfs": {read: readInMemory}, "consistency": inCompose(ofOtherSystems)}
}

var inMemoryKeys = map[string]key{"size": also("sizeBytes"), "mode": no("all users may write to a directory in memory; take the key out")}

func readInMemory(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	v.Addr().Interface().(*spec.Tmpfs).SizeBytes = as[inMemory](d, n, path).SizeBytes
}
