package stack

import (
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
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
		if word, ok := words[n.Value]; ok && d.env != nil {
			said.Value = word
		}
		d.value(&said, path, f)
	}}
}

// inCompose is a key that only a docker-compose file may have, where it is passed over.
func inCompose(why string) key {
	return key{read: func(d *decoder, n *yaml.Node, path string, _ reflect.Value) {
		if d.env == nil {
			d.fail(n, path, "%s", why)
		}
	}}
}

// readContainerName takes the name that others call the service by.
func readContainerName(d *decoder, n *yaml.Node, path string, _ reflect.Value) {
	if n.Value != serviceIn(path) {
		d.fail(n, path, "pods get names of their own, and there may be several; call the service by its name")
	}
}

// readLinks takes services that are called by their own names. What a service is linked to comes before it.
func readLinks(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	var links []string
	d.value(n, path, reflect.ValueOf(&links).Elem())
	dependsOn := v.FieldByName("DependsOn")
	for _, link := range links {
		name, alias, renamed := strings.Cut(link, ":")
		switch {
		case renamed && alias != name:
			d.fail(n, path, "it does not reach %q as %q: services of a stack call each other by their own names; have it call %q, and write that", name, alias, name)
		case dependsOn.IsValid(): // a revision has what its service depends on
			dependsOn.Set(reflect.Append(dependsOn, reflect.ValueOf(name)))
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
	var l logging
	d.value(n, path, reflect.ValueOf(&l).Elem())
	if !slices.Contains([]string{"", "json-file", dockerDriver}, l.Driver) {
		d.fail(n, path, "the cluster collects what containers write")
	}
}
