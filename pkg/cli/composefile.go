package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

// composed reads a docker-compose file by compose's rules: a variable has the value of the shell,
// else of --answers, else of the file .env beside it. What it used is kept, so that export and
// edit read the same; the next up looks again.
func (w *stackWork) composed(ctx context.Context, f stackFile, given map[string]string) error {
	beside, err := dotEnv(filepath.Join(f.dir, ".env"))
	if err != nil {
		return usageError(err)
	}
	used := map[string]string{}
	env := func(name string) (string, bool) {
		for _, find := range []stack.Lookup{os.LookupEnv, lookup(given), lookup(beside)} {
			if value, ok := find(name); ok {
				used[name] = value
				return value, true
			}
		}
		return "", false
	}
	said, err := stack.ComposeName(f.text, env)
	if err != nil {
		return usageError(err)
	}
	if err := w.call(f.stack, said); err != nil {
		return err
	}
	if _, w.kept, err = w.client.StackFile(ctx, w.name); err != nil {
		return err
	}
	files := map[string]string{}
	w.source = stack.Source{Text: f.text, Answers: used, Files: files, Compose: true}
	inStack := func(name string) (string, bool) {
		if name == stack.NamespaceVariable {
			return w.name, true
		}
		return env(name)
	}
	w.file, err = stack.ReadCompose(f.text, inStack, opener(f.dir, files))
	return usageErrors(err)
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

func lookup(values map[string]string) stack.Lookup {
	return func(name string) (string, bool) {
		value, ok := values[name]
		return value, ok
	}
}
