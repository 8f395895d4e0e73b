package stack

import (
	"reflect"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// pair is one key of a mapping.
type pair struct {
	key, value *yaml.Node
	means      string // what the key stands for, the same for two names of one field
}

// verbatim is for mappings whose keys are names that the user chose.
func verbatim(key string) string { return key }

// pairs lists the keys of a mapping, with those that "<<" merges in where they are not there
// themselves, https://yaml.org/type/merge.html. Two keys that mean the same are one given twice.
func (d *decoder) pairs(n *yaml.Node, path string, meaning func(key string) string) []pair {
	var own, merged []pair
	for i := 0; i+1 < len(n.Content); i += 2 {
		p := pair{n.Content[i], n.Content[i+1], meaning(n.Content[i].Value)}
		twice := indexOf(own, p.means)
		switch {
		case p.key.Tag == "!!merge":
			merged = append(merged, d.merged(p.value, path, meaning)...)
		case p.key.Kind != yaml.ScalarNode:
			d.fail(p.key, path, "a key must be a name")
		case twice >= 0:
			d.fail(p.key, below(path, p.key.Value), "the key is given twice, first as %q in line %d; take one out", own[twice].key.Value, own[twice].key.Line)
		default:
			own = append(own, p)
		}
	}
	for _, p := range merged {
		if indexOf(own, p.means) < 0 {
			own = append(own, p)
		}
	}
	return own
}

func (d *decoder) merged(n *yaml.Node, path string, meaning func(key string) string) []pair {
	n, ok := d.follow(n)
	switch {
	case !ok:
	case n.Kind == yaml.MappingNode:
		return d.pairs(n, path, meaning)
	case n.Kind == yaml.SequenceNode:
		var all []pair
		for _, item := range n.Content {
			all = append(all, d.merged(item, path, meaning)...)
		}
		return all
	default:
		d.fail(n, path, "<< takes a mapping, or a list of them")
	}
	return nil
}

func indexOf(pairs []pair, means string) int {
	return slices.IndexFunc(pairs, func(p pair) bool { return p.means == means })
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
		if !f.Anonymous && name != "" && jsonName(f) == name {
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
