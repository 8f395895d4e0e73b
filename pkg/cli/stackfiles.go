package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

// composeNames are what docker-compose looks for where no file is named, in its order.
var composeNames = []string{"compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"}

// overrideNames are what it merges into that.
var overrideNames = []string{"compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"}

// isCompose knows them, and those beside them, as docker-compose.prod.yml.
var isCompose = regexp.MustCompile(`^(docker-)?compose([-.].*)?$`)

// stackFile is a stack file that was named on the command line, not understood yet.
type stackFile struct {
	path  string // - is standard input
	stack string // empty: the file may say
	named bool   // the argument STACK says so
	text  string
	dir   string // in which the files that it names are

	compose bool // it is a docker-compose file, by its name or as it says itself
}

// stackFiles finds the files that [[STACK] FILE|-|DIR] and -f name, and reads them.
func (o *Options) stackFiles(args, named []string) ([]stackFile, error) {
	called := ""
	paths := slices.Clone(named)
	switch {
	case len(args) == 2 && len(named) == 0:
		called, paths = args[0], args[1:]
	case len(args) == 1 && len(named) == 0:
		paths = args
	case len(args) == 1:
		called = args[0]
	case len(args) > 0:
		return nil, usagef("%d arguments given beside --file, want [STACK]", len(args))
	case len(named) == 0:
		paths = []string{"."}
	}
	if errs := validation.IsDNS1123Label(called); called != "" && len(errs) > 0 {
		return nil, usagef("invalid stack %q: %s", called, errs[0])
	}
	var files []stackFile
	for _, path := range paths {
		found, err := within(path)
		if err != nil {
			return nil, usageError(err)
		}
		for _, p := range found {
			f, err := o.readStackFile(p)
			if err != nil {
				return nil, usageError(err)
			}
			if called != "" {
				f.stack, f.named = called, true
			}
			if errs := validation.IsDNS1123Label(f.stack); f.stack != "" && len(errs) > 0 {
				return nil, usagef("invalid file %q: its name is of stack %q, which is a namespace: %s; rename it, or name the stack: kubectl rio up STACK %s", f.path, f.stack, errs[0], rio.Quote(f.path))
			}
			if err := f.saysSomething(); err != nil {
				return nil, usageError(err)
			}
			files = append(files, f)
		}
	}
	if called != "" && len(files) > 1 {
		return nil, usagef("%d files are given for stack %q, want one: one file is one stack", len(files), called)
	}
	return files, nil
}

// within is a file, or the stack files of a directory.
func within(path string) ([]string, error) {
	if path == "-" {
		return []string{path}, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("invalid file %q: %w", path, innerPathError(err))
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	var found []string
	for _, pattern := range []string{"*-stack.yml", "*-stack.yaml"} {
		matches, err := filepath.Glob(filepath.Join(path, pattern))
		if err != nil {
			return nil, err
		}
		found = append(found, matches...)
	}
	if slices.Sort(found); len(found) > 0 {
		return found, nil
	}
	p, ok := firstOf(path, composeNames)
	if !ok {
		return nil, fmt.Errorf("no stack file in %q: want NAME-stack.yml, or %s", path, strings.Join(composeNames, ", "))
	}
	if override, ok := firstOf(path, overrideNames); ok {
		return nil, fmt.Errorf("docker compose merges %q into %q, and one file is read here; name the one that is meant, or bring up both: (echo '#compose'; docker compose config) | kubectl rio up STACK -", override, p)
	}
	return []string{p}, nil
}

// firstOf is the first file of a directory that has one of the names.
func firstOf(dir string, names []string) (string, bool) {
	for _, name := range names {
		if p := filepath.Join(dir, name); isFile(p) {
			return p, true
		}
	}
	return "", false
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

// innerPathError is the reason without the path, which the message has already.
func innerPathError(err error) error {
	if e, ok := errors.AsType[*os.PathError](err); ok {
		return e.Err
	}
	return err
}

func (o *Options) readStackFile(path string) (stackFile, error) {
	f := stackFile{path: path, dir: filepath.Dir(path)}
	if path == "-" {
		f.dir = "."
		raw, err := unlessStopped(o.Stopped, func() ([]byte, error) { return io.ReadAll(o.In) })
		f.text = string(raw)
		f.compose = stack.IsCompose(f.text)
		return f, err
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return f, fmt.Errorf("invalid file %q: %w", path, innerPathError(err))
	}
	f.text = string(raw)
	name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	f.compose = isCompose.MatchString(name)
	if called, ok := strings.CutSuffix(name, "-stack"); ok {
		f.stack, f.compose = called, false
	}
	f.compose = f.compose || stack.IsCompose(f.text)
	return f, nil
}

// saysSomething refuses a text without content: up would remove the whole stack for it, where
// more often the program that was to write it failed.
func (f stackFile) saysSomething() error {
	if !stack.IsEmpty(f.text) {
		return nil
	}
	return fmt.Errorf("invalid file %q: it is empty, or has nothing but comments; write what is to be in the stack, or remove the stack with: kubectl rio rm %s/", f.path, cmp.Or(f.stack, "STACK"))
}

// opener opens the files that a stack file names, never outside of its directory, and keeps
// what it read. An absolute path, as docker compose config writes it, may lead into it, too.
func opener(dir string, kept map[string]string) func(string) (string, error) {
	return func(name string) (string, error) {
		root, err := os.OpenRoot(dir)
		if err != nil {
			return "", err
		}
		defer func() { _ = root.Close() }()
		path := filepath.Clean(name)
		if inside, ok := below(dir, path); ok {
			path = inside
		}
		raw, err := readFile(root, path)
		if err != nil {
			return "", fmt.Errorf("the file %q: %w; files are read beside the stack file and below", name, innerPathError(err))
		}
		kept[name] = string(raw)
		return string(raw), nil
	}
}

// readFile reads what ends, as a pipe does not, and what a stack can keep.
func readFile(root *os.Root, path string) ([]byte, error) {
	switch info, err := root.Stat(path); {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, syscall.EISDIR
	case !info.Mode().IsRegular():
		return nil, errors.New("it is neither a file nor a directory")
	case info.Size() > corev1.MaxSecretSize:
		return nil, fmt.Errorf("it has %d bytes, and Kubernetes keeps at most %d in one; put it into the image or on a volume", info.Size(), corev1.MaxSecretSize)
	}
	return root.ReadFile(path)
}

// below is a whole path as it is from a directory, where it leads into it.
func below(dir, path string) (inside string, ok bool) {
	from, err := filepath.Abs(dir)
	if err != nil || !filepath.IsAbs(path) {
		return "", false
	}
	inside, err = filepath.Rel(from, path)
	return inside, err == nil && filepath.IsLocal(inside)
}
