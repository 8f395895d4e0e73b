package stack

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// hiding says which unnamed volumes of a docker-compose file hide what the image has in their place:
// docker fills them from it, as it does new ones with a name.
func (f File) hiding() []Problem {
	var notes []Problem
	for _, name := range slices.Sorted(maps.Keys(f.Services)) {
		path := "services." + name + ".volumes"
		line := cmp.Or(f.Lines[path], f.Lines["services."+name]) // none is known of what an alias brings
		for _, m := range f.Services[name].Volumes {
			if m.Source == "" {
				notes = append(notes, Problem{line, path, fmt.Sprintf("%q is an empty directory at each start, and what the image has there is hidden; take it out where that is to be seen", m.Target)})
			}
		}
	}
	return notes
}

// readSource takes the source of a mount as its short form has it.
func readSource(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	m := v.Addr().Interface().(*spec.Mount)
	if m.Source = as[string](d, n, path); m.Source != "" {
		m.Source = d.textOf(n, v)
	}
}

// readFiles takes configs or secrets as words or mappings. Without a target a config is
// where docker-compose has it, in the root; a target that is no path from there is in dir.
func readFiles(field, root, dir string) reader {
	return func(d *decoder, n *yaml.Node, where string, v reflect.Value) {
		before := len(d.problems)
		files := as[[]spec.FileFrom](d, n, where)
		readable := len(d.problems) == before
		for i := range files {
			f := &files[i]
			switch {
			case f.Target == "" && root != "":
				f.Target = root + strings.TrimSuffix(f.Source, "?")
			case f.Target != "" && !path.IsAbs(f.Target):
				f.Target = dir + f.Target
			}
			item, where := n, where
			if n.Kind == yaml.SequenceNode {
				item, where = n.Content[i], at(where, i)
			}
			d.mount(item, where, cmp.Or(f.Target, spec.SecretDir+strings.TrimSuffix(f.Source, "?")))
			if err := f.Check(); err != nil && readable {
				d.fail(item, where, "%v", err)
			}
		}
		list, _ := fieldByName(v, field)
		list.Set(reflect.ValueOf(files))
	}
}
