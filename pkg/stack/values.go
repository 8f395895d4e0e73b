package stack

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// checked is a value that knows its own rule, which its short form keeps by itself.
type checked interface{ Check() error }

// valueRules are the rules for a field of text, or for each text of a list, by its name. Who
// plans a service has them too, but knows no line, and the other services are written then.
func valueRules() map[string]func(value string) error {
	return map[string]func(string) error{
		"image":           func(image string) error { return errors.Unwrap(spec.CheckImage(image)) }, // which names it again
		"imagePullPolicy": parsedBy(spec.ParsePullPolicy), "user": spec.CheckUser, "securityOpt": spec.CheckSecurityOption,
		"capAdd": parsedBy(spec.ParseCapability), "capDrop": parsedBy(spec.ParseCapability),
		"environment": parsedBy(spec.ParseVariable),
		"hostname":    spec.CheckHostname, "net": spec.CheckHost, "ipc": spec.CheckHost, "pid": spec.CheckHost, "groupAdd": spec.CheckGroup,
		"dns": spec.CheckDNS, "dnsOptions": spec.CheckDNSOption, "extraHosts": spec.CheckExtraHost,
		"labels":   func(entry string) error { key, value, _ := strings.Cut(entry, "="); return spec.CheckLabel(key, value) },
		"metadata": func(entry string) error { key, _, _ := strings.Cut(entry, "="); return spec.CheckAnnotation(key) },
	}
}

func parsedBy[T any](parse func(string) (T, error)) func(string) error {
	return func(value string) error {
		_, err := parse(value)
		return err
	}
}

// checkWhole has what is written out keep the rule of its short form.
func (d *decoder) checkWhole(n *yaml.Node, path string, v reflect.Value) {
	switch v.Type() {
	case reflect.TypeFor[spec.FileFrom](), reflect.TypeFor[spec.Mount](): // see readFiles and readVolumes
		return
	}
	if c, ok := reflect.TypeAssert[checked](v); ok {
		if err := c.Check(); err != nil {
			d.fail(n, path, "%v", err)
		}
	}
}

// nothing reports whether no value is given, which is not enough for a config.
func (d *decoder) nothing(n *yaml.Node, path string, v reflect.Value) bool {
	if n.Tag != "!!null" {
		return false
	}
	d.checkContent(n, nil, path, v)
	return true
}

// checkContent wants a config or a secret to say what is in it: one of which nothing is said would
// empty what is there. What a variable without a value leaves is said, and empty; of a file it leaves none.
func (d *decoder) checkContent(n *yaml.Node, pairs []pair, path string, v reflect.Value) {
	c, ok := reflect.TypeAssert[*Config](v.Addr())
	switch {
	case !ok, c.External, c.Content != nil, c.Encoded != "":
	case slices.ContainsFunc(pairs, func(p pair) bool { return camel(p.key.Value) == "content" || p.means == "encoded" }):
		c.Content = new("")
	default:
		d.fail(n, path, "nothing says what is in it; write content, encoded or file, or external: true where it is there already")
	}
}

// checkValues finds the texts of a mapping, read into v, that do not keep their rules.
func (d *decoder) checkValues(pairs []pair, path string, v reflect.Value) {
	if containerIn(v) == nil {
		return
	}
	rules := valueRules()
	for _, p := range pairs {
		f, ok := fieldByName(v, p.means)
		rule := rules[p.means]
		if !ok || rule == nil {
			continue
		}
		for _, value := range textsOf(f) {
			if d.left < 0 || len(d.problems) == maxProblems { // of a file that is all wrong each would be looked for
				return
			}
			if err := rule(value); err != nil {
				item, path := itemOf(p.value, value, below(path, p.key.Value))
				if p.means == "environment" {
					value, _, _ = strings.Cut(value, "=") // the rest may be a secret
				}
				d.fail(item, path, "%q cannot be: %v", value, err)
			}
		}
	}
}

// textsOf are the texts in a field, NAME=VALUE of a mapping.
func textsOf(f reflect.Value) []string {
	switch value := f.Interface().(type) {
	case string:
		if value != "" {
			return []string{value}
		}
	case []string:
		return value
	case map[string]string:
		var entries []string
		for _, key := range slices.Sorted(maps.Keys(value)) {
			entries = append(entries, key+"="+value[key])
		}
		return entries
	}
	return nil
}

// itemOf finds the item of a list, or the key of a mapping, that a text was read from.
func itemOf(n *yaml.Node, text, path string) (*yaml.Node, string) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	for i, item := range n.Content {
		of := item.Value == text || strings.HasPrefix(text, item.Value+"=")
		switch {
		case n.Kind == yaml.SequenceNode && of:
			return item, at(path, i)
		case n.Kind == yaml.MappingNode && i%2 == 0 && of:
			return item, below(path, item.Value)
		}
	}
	return n, path
}
