package stack

import (
	"reflect"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// pair is one key of a mapping.
type pair struct{ key, value *yaml.Node }

// pairs lists the keys of a mapping, with those that "<<" merges in where they are not there
// themselves, https://yaml.org/type/merge.html.
func (d *decoder) pairs(n *yaml.Node, path string) []pair {
	var own, merged []pair
	for i := 0; i+1 < len(n.Content); i += 2 {
		p := pair{n.Content[i], n.Content[i+1]}
		switch {
		case p.key.Tag == "!!merge":
			merged = append(merged, d.merged(p.value, path)...)
		case p.key.Kind != yaml.ScalarNode:
			d.fail(p.key, path, "a key must be a name")
		case has(own, p.key.Value):
			d.fail(p.key, below(path, p.key.Value), "the key is given twice")
		default:
			own = append(own, p)
		}
	}
	for _, p := range merged {
		if !has(own, p.key.Value) {
			own = append(own, p)
		}
	}
	return own
}

func (d *decoder) merged(n *yaml.Node, path string) []pair {
	n, ok := d.follow(n)
	switch {
	case !ok:
	case n.Kind == yaml.MappingNode:
		return d.pairs(n, path)
	case n.Kind == yaml.SequenceNode:
		var all []pair
		for _, item := range n.Content {
			all = append(all, d.merged(item, path)...)
		}
		return all
	default:
		d.fail(n, path, "<< takes a mapping, or a list of them")
	}
	return nil
}

func has(pairs []pair, name string) bool {
	return slices.ContainsFunc(pairs, func(p pair) bool { return p.key.Value == name })
}

// camel turns snake_case into camelCase, and leaves camelCase.
func camel(key string) string {
	var b strings.Builder
	up := false
	for _, r := range key {
		switch {
		case r == '_':
			up = b.Len() > 0
		case up:
			b.WriteRune(unicode.ToUpper(r))
			up = false
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// snake is the other way.
func snake(key string) string {
	var b strings.Builder
	for _, r := range key {
		if unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// fieldByName finds a field by its JSON name, also in what is embedded.
func fieldByName(v reflect.Value, name string) (reflect.Value, bool) {
	for _, f := range reflect.VisibleFields(v.Type()) {
		if !f.Anonymous && jsonName(f) == name {
			return v.FieldByIndex(f.Index), true
		}
	}
	return reflect.Value{}, false
}

// jsonName is empty for a field that is not written.
func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "-" {
		return ""
	}
	return name
}
