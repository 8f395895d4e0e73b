package stack

import (
	"maps"
	"slices"
)

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
