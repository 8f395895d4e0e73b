package stack

import (
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/utils/ptr"
)

// dependency is what docker-compose says of a service that another one depends on.
type dependency struct {
	Condition string `json:"condition"`
	Restart   bool   `json:"restart"` // also when that one is updated, which its callers need not here
	Required  *bool  `json:"required"`
}

var dependencyKeys = map[string]key{"condition": {read: readCondition}}

// readDependsOn takes a list of names, or a mapping whose conditions all mean the same here:
// what a service depends on is ready before it is touched.
func readDependsOn(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	list := v.FieldByName("DependsOn")
	if n.Kind != yaml.MappingNode {
		d.value(n, path, list)
		return
	}
	service := path[:strings.LastIndex(path, ".")]
	for _, p := range d.pairs(n, path, verbatim) {
		var dep dependency
		said := d.problems
		d.value(p.value, below(path, p.key.Value), reflect.ValueOf(&dep).Elem())
		list.Set(reflect.Append(list, reflect.ValueOf(p.key.Value)))
		if !ptr.Deref(dep.Required, true) {
			d.optional[service] = append(d.optional[service], p.key.Value)
			if _, out := d.leftOut[p.key.Value]; out {
				d.takeBack(said) // of a condition that nobody waits for
			}
		}
	}
}

func readCondition(d *decoder, n *yaml.Node, path string, _ reflect.Value) {
	switch n.Value {
	case "service_started", "service_healthy":
	case "service_completed_successfully":
		d.fail(n, path, "%q cannot be: a service does not complete; what is to run before another's start is an init container of it: sidekicks with init_container", n.Value)
	default:
		d.fail(n, path, "%q is no condition, want service_started or service_healthy", n.Value)
	}
}

// withoutOptional are the services that one depends on, but for those that are not required and
// that the file does not have.
func (f File) withoutOptional(dependsOn, optional []string) []string {
	return slices.DeleteFunc(dependsOn, func(name string) bool {
		_, ok := f.Services[name]
		return !ok && slices.Contains(optional, name)
	})
}
