package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

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
				if name == stack.NamespaceVariable {
					return w.name, true
				}
				return env(name)
			}
			return stack.ReadCompose(f.text, inStack, opener(f.dir, w.source.Files))
		},
	}, err
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
