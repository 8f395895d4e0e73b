package stack

import (
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// structure reads a mapping, of which each key is known.
func (d *decoder) structure(n *yaml.Node, path string, v reflect.Value) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, path, "want a mapping of keys")
		return
	}
	meaning := func(key string) string { return d.fieldOf(v.Type(), key) }
	pairs, before := d.pairs(n, path, meaning), len(d.problems)
	for _, p := range pairs {
		d.field(p, below(path, p.key.Value), v)
	}
	d.clear(pairs, path, v)
	if len(d.problems) == before {
		d.checkExternal(pairs, path, v)
		d.checkWhole(n, path, v)
		d.checkContent(n, pairs, path, v)
	}
	d.checkValues(pairs, path, v)
}

func (d *decoder) field(p pair, path string, v reflect.Value) {
	name := camel(p.key.Value)
	k := d.keyOf(v.Type(), name)
	switch {
	case strings.HasPrefix(p.key.Value, "x-"): // docker-compose's place for anchors and notes
	case k.why != "":
		if n, ok := d.follow(p.value); ok && !saysNothing(n) {
			d.fail(p.key, path, "%s", k.why)
		}
	case k.read != nil:
		if n, ok := d.follow(p.value); ok && n.Tag != "!!null" {
			k.read(d, n, path, v)
		}
	default:
		if k.field != "" {
			name = k.field
		}
		f, ok := fieldByName(v, name)
		if !ok {
			d.fail(p.key, path, "the key %q is not known here", p.key.Value)
			return
		}
		d.named(p.value, path, name, f)
	}
}

// saysNothing reports whether a value is empty, as one that a variable without a value leaves.
func saysNothing(n *yaml.Node) bool { return n.Tag == "!!null" || n.Value == "" && len(n.Content) == 0 }

// named reads a field whose name says the unit of a number.
func (d *decoder) named(n *yaml.Node, path, name string, f reflect.Value) {
	if unit := unitOf(name); unit != nil {
		n, ok := d.follow(n)
		switch {
		case !ok || n.Tag == "!!null":
		case n.Kind != yaml.ScalarNode:
			d.fail(n, path, "want a single value")
		default:
			count, err := unit(n.Value)
			if err != nil {
				d.fail(n, path, "%v", err)
				return
			}
			setInt(f, count)
		}
		return
	}
	d.value(n, path, f)
}

func setInt(f reflect.Value, n int64) {
	if f.Kind() == reflect.Pointer {
		f.Set(reflect.New(f.Type().Elem()))
		f = f.Elem()
	}
	f.SetInt(n)
}

// revisionIn is that of a service or a revision, nil in any other mapping.
func revisionIn(v reflect.Value) *spec.Revision {
	switch in := v.Addr().Interface().(type) {
	case *Service:
		return &in.Revision
	case *spec.Revision:
		return in
	}
	return nil
}

// containerIn is that of a service, a revision or a sidekick, nil in any other mapping.
func containerIn(v reflect.Value) *spec.Container {
	switch in := v.Addr().Interface().(type) {
	case *Service:
		return &in.Container
	case *spec.Revision:
		return &in.Container
	case *spec.Sidekick:
		return &in.Container
	}
	return nil
}
