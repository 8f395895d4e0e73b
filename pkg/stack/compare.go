package stack

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/labels"
)

// What a Change does.
const (
	Added   = "+"
	Changed = "~"
	Removed = "-"
)

// Change is one service, config, secret, volume or host of routes that is another in one file
// than in another.
type Change struct {
	Op     string
	Kind   string // service, config, secret, volume or route
	Name   string
	Fields []string // what changes of it, "scale: 1 -> 3", or what a new one is
}

// Compare lists what leads from one file to another, without what is hidden.
func Compare(have, want File, m Mask) ([]Change, error) {
	var all []Change
	for _, section := range []struct {
		kind       string
		have, want any
	}{
		{"config", have.Configs, want.Configs}, {"secret", have.Secrets, want.Secrets}, {"volume", have.Volumes, want.Volumes},
		{"service", have.Services, want.Services}, {"route", have.Routes, want.Routes},
	} {
		changes, err := compareSection(section.kind, reflect.ValueOf(section.have), reflect.ValueOf(section.want), m)
		if err != nil {
			return nil, err
		}
		all = append(all, changes...)
	}
	return all, nil
}

func compareSection(kind string, have, want reflect.Value, m Mask) ([]Change, error) {
	names := map[string]bool{}
	for _, section := range []reflect.Value{have, want} {
		for _, k := range section.MapKeys() {
			names[k.String()] = true
		}
	}
	var changes []Change
	for _, name := range slices.Sorted(maps.Keys(names)) {
		before, err := fieldsOf(have.MapIndex(reflect.ValueOf(name)))
		if err != nil {
			return nil, err
		}
		after, err := fieldsOf(want.MapIndex(reflect.ValueOf(name)))
		if err != nil {
			return nil, err
		}
		c := Change{Op: Changed, Kind: kind, Name: name}
		switch {
		case before == nil:
			c.Op = Added
		case after == nil:
			c.Op, after = Removed, before
		}
		if c.Fields = fieldChanges(before, after, shower(kind, m)); c.Op == Removed {
			c.Fields = nil // what is gone is gone
		}
		for i := range c.Fields {
			c.Fields[i] = m.Hide(c.Fields[i]) // it may be in a key, too
		}
		if c.Op != Changed || len(c.Fields) > 0 {
			changes = append(changes, c)
		}
	}
	return changes, nil
}

// fieldsOf lists the fields of a value by path, nil when there is none.
func fieldsOf(v reflect.Value) (map[string]string, error) {
	if !v.IsValid() {
		return nil, nil
	}
	n, err := newEncoder().value(v)
	if err != nil {
		return nil, err
	}
	fields := map[string]string{}
	flattenNode(n, "", fields)
	return fields, nil
}

func flattenNode(n *yaml.Node, path string, fields map[string]string) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			flattenNode(n.Content[i+1], below(path, n.Content[i].Value), fields)
		}
	case yaml.SequenceNode:
		if words, ok := line(n); ok {
			fields[path] = words
			return
		}
		for i, item := range n.Content {
			flattenNode(item, at(path, i), fields)
		}
	default:
		fields[path] = n.Value
	}
}

// mark stands before each word of a list of words.
const mark = "\x00"

func line(n *yaml.Node) (string, bool) {
	var words strings.Builder
	for _, item := range n.Content {
		if item.Kind != yaml.ScalarNode {
			return "", false
		}
		words.WriteString(mark + item.Value)
	}
	return words.String(), true
}

// show is how a value of a field is shown.
type show func(path, value string) string

// shower keeps passwords and what is in a secret off the screen. Whose a secret is may be seen.
func shower(kind string, m Mask) show {
	return func(path, value string) string {
		if kind == "secret" && path != "external" {
			return Hidden
		}
		return m.Hide(value)
	}
}

func fieldChanges(before, after map[string]string, see show) []string {
	var lines []string
	for _, path := range slices.Sorted(maps.Keys(labels.Merge(before, after))) {
		was, had := before[path]
		is, has := after[path]
		switch {
		case was == is && had == has:
		case before == nil:
			lines = append(lines, path+": "+Short(see(path, is)))
		case !had:
			lines = append(lines, fmt.Sprintf("%s: + %s", path, Short(see(path, is))))
		case !has:
			lines = append(lines, fmt.Sprintf("%s: - %s", path, Short(see(path, was))))
		case strings.HasPrefix(was, mark) && strings.HasPrefix(is, mark):
			lines = append(lines, path+": "+wordChanges(path, was, is, see))
		default:
			lines = append(lines, TextChange(path, see(path, was), see(path, is))...)
		}
	}
	return lines
}

// wordChanges is what is another in a list.
func wordChanges(path, was, is string, see show) string {
	old, now := strings.Split(was, mark)[1:], strings.Split(is, mark)[1:]
	var parts []string
	for _, w := range old {
		if !slices.Contains(now, w) {
			parts = append(parts, "- "+Short(see(path, w)))
		}
	}
	for _, w := range now {
		if !slices.Contains(old, w) {
			parts = append(parts, "+ "+Short(see(path, w)))
		}
	}
	if len(parts) > 0 {
		return strings.Join(parts, ", ")
	}
	return Short(see(path, was)) + " -> " + Short(see(path, is))
}
