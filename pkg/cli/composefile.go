package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

// composed is how a docker-compose file is read, by compose's rules: a variable has the value of the
// shell, else of --answers, else of the file .env beside it. What it used is kept, so that export
// and edit read the same; the next up looks again.
func composed(f stackFile, given map[string]string) (reading, error) {
	beside, err := dotEnv(filepath.Join(f.dir, ".env"))
	used := map[string]string{}
	env := func(name string) (string, bool) {
		for _, find := range []stack.Lookup{os.LookupEnv, stack.LookupIn(given), stack.LookupIn(beside)} {
			if value, ok := find(name); ok {
				used[name] = value
				return value, true
			}
		}
		return "", false
	}
	return reading{
		name: func() (string, error) { return stack.ComposeName(f.text, env) },
		file: func(w *stackWork, _ stack.Source) (stack.File, error) {
			w.source.Answers = used
			inStack := func(name string) (string, bool) {
				value, ok := env(name)
				if name == stack.NamespaceVariable && !ok {
					return w.name, true
				}
				return value, ok
			}
			file, err := stack.ReadCompose(f.text, inStack, opener(f.dir, w.source.Files))
			if err == nil {
				file.Notes = append(file.Notes, f.mounted(file)...)
			}
			return file, err
		},
	}, err
}

// mounted says which directories of the user services mount by their whole path, as docker compose
// config writes ./: on the node it is another one, if there is any.
func (f stackFile) mounted(file stack.File) []stack.Problem {
	var notes []stack.Problem
	home, _ := os.UserHomeDir() // without one nothing is in it
	for _, name := range slices.Sorted(maps.Keys(file.Services)) {
		for _, m := range file.Services[name].Volumes {
			if !isIn(f.dir, m.Source) && !isIn(home, m.Source) {
				continue
			}
			notes = append(notes, stack.Problem{Text: fmt.Sprintf("service %s mounts %q, which is on this machine, and would be another directory on a node: use configs with file, or a volume, unless this machine is the node", name, m.Source)})
		}
	}
	return notes
}

// isIn reports whether a whole path is that of a directory, or of what is in it. In the root is everything.
func isIn(dir, path string) bool {
	_, ok := below(dir, path)
	whole, err := filepath.Abs(dir)
	return ok && dir != "" && err == nil && whole != filepath.Dir(whole)
}

// dotEnv reads the variables of a file, none where it does not exist.
func dotEnv(path string) (map[string]string, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("invalid file %q: %w", path, innerPathError(err))
	}
	values, err := stack.DotEnv(string(raw), os.LookupEnv)
	if err != nil {
		return nil, fmt.Errorf("invalid file %q: %w", path, err)
	}
	return values, nil
}
