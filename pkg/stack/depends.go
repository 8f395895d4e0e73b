package stack

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v3"
	"k8s.io/utils/ptr"
)

// dependency is what docker-compose says of a service that another one depends on.
type dependency struct {
	Condition string `json:"condition"`
	Restart   bool   `json:"restart"` // also when that one is updated
	Required  *bool  `json:"required"`
}

// readDependsOn takes a list of names, or a mapping whose conditions all mean the same here:
// what a service depends on is ready before it is touched.
func readDependsOn(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	s := v.Addr().Interface().(*Service)
	if n.Kind != yaml.MappingNode {
		s.DependsOn = append(s.DependsOn, as[[]string](d, n, path)...)
		return
	}
	service := containerOf(path)
	for _, p := range d.pairs(n, path, verbatim) {
		said := d.problems
		dep := as[dependency](d, p.value, below(path, p.key.Value))
		s.DependsOn = append(s.DependsOn, p.key.Value)
		if dep.Restart { // docker compose config writes it for links
			d.notes = append(d.notes, Problem{p.key.Line, path, fmt.Sprintf("restart comes to nothing: %q keeps its address when it is updated, and what depends on it runs on", p.key.Value)})
		}
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

// circle finds services that depend on each other in a circle, empty when none do.
func (f File) circle() []string {
	done := map[string]bool{}
	var way []string
	var visit func(name string) []string
	visit = func(name string) []string {
		if i := slices.Index(way, name); i >= 0 {
			return append(slices.Clone(way[i:]), name)
		}
		if done[name] {
			return nil
		}
		way = append(way, name)
		for _, other := range f.Services[name].DependsOn {
			if found := visit(other); found != nil {
				return found
			}
		}
		way = way[:len(way)-1]
		done[name] = true
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(f.Services)) {
		if found := visit(name); found != nil {
			return found
		}
	}
	return nil
}
