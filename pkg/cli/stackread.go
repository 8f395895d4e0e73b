package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

// stackWork is a stack file with what it takes to make the stack like it.
type stackWork struct {
	*mutation
	name   string
	only   string // the one service that the file is about; empty: the whole stack
	file   stack.File
	source stack.Source
	kept   manifest.Object // where the file of the last time is
	stackPlan

	mu      sync.Mutex
	results map[string][]manifest.Object
}

// plans reads the files that a command names, and finds what they change. All that is wrong
// with any of them is said, and then nothing is done.
func (m *mutation) plans(ctx context.Context, args []string, in upInput) ([]*stackWork, error) {
	files, err := m.o.stackFiles(args, in.files)
	if err != nil {
		return nil, err
	}
	given, err := readAnswers(in.answers)
	if err != nil {
		return nil, usageError(err)
	}
	var all []*stackWork
	var errs []error
	for _, f := range files {
		w, err := m.understand(ctx, f, given, in.prompt)
		for _, e := range flat(err) {
			if e != nil {
				errs = append(errs, fmt.Errorf("%s: %w", f.path, e))
			}
		}
		for _, other := range all {
			if err == nil && other.name == w.name {
				errs = append(errs, usagef("%s: another file is of stack %q too; one file is one stack", f.path, w.name))
			}
		}
		all = append(all, w)
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.ContainsFunc(all, func(w *stackWork) bool { return w.uses(name) }) {
			errs = append(errs, usagef("invalid --answers %q: no file uses %q; remove it, or correct its name", in.answers, name))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	for _, w := range all {
		if err := w.plan(ctx); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// understand finds the stack's name and the answers to the file's questions, and reads it.
func (m *mutation) understand(ctx context.Context, f stackFile, given map[string]string, prompt bool) (*stackWork, error) {
	w := &stackWork{mutation: m, source: stack.Source{Text: f.text, Compose: f.compose}}
	if f.compose {
		return w, w.composed(ctx, f, given)
	}
	said, err := stack.NameOf(f.text)
	if err != nil {
		return w, usageError(err)
	}
	if err := w.call(f.stack, said); err != nil {
		return w, err
	}
	stored, kept, err := m.client.StackFile(ctx, w.name)
	if err != nil {
		return w, err
	}
	inquiry := stack.Inquiry{Stack: w.name, Stored: stored.Answers, Given: given, Env: os.LookupEnv, Prompt: prompt}
	if m.o.mayAsk() && f.path != "-" {
		inquiry.Ask = m.o.askQuestion
	}
	answers, err := stack.Answer(f.text, inquiry)
	if err != nil {
		return w, usageErrors(err)
	}
	files := map[string]string{}
	w.kept = kept
	w.source = stack.Source{Text: f.text, Answers: stack.Kept(answers), Files: files}
	w.file, err = readStack(w.source, answers, opener(f.dir, files))
	return w, usageErrors(err)
}

// call finds the stack's name: as it was given, as the file says, or as for all commands.
func (w *stackWork) call(given, said string) error {
	var err error
	if w.name = cmp.Or(given, said); w.name == "" {
		w.name, err = w.o.namespace()
	}
	return err
}

// uses reports whether an answer has a use for the file. Of a docker-compose file it may be a
// file of variables that has it.
func (w *stackWork) uses(name string) bool {
	_, used := w.source.Answers[name]
	return w.source.Compose && used || stack.Mentions(w.source, name)
}

// readStack puts answers into a text and reads it. A text that the answers leave empty is none.
func readStack(s stack.Source, answers map[string]string, open func(string) (string, error)) (stack.File, error) {
	if s.Compose {
		return stack.ReadCompose(s.Text, lookup(answers), open)
	}
	rendered, err := stack.Render(s.Text, answers)
	if err != nil {
		return stack.File{}, err
	}
	if stack.IsEmpty(rendered) {
		return stack.File{}, errors.New("with these answers the file is empty, or has nothing but comments; write services: {} for a stack with no service")
	}
	return stack.Read(rendered, open)
}

// usageErrors marks each of several errors as one that the arguments alone show.
func usageErrors(err error) error {
	var errs []error
	for _, e := range flat(err) {
		if e != nil {
			errs = append(errs, usageError(e))
		}
	}
	return errors.Join(errs...)
}

// readAnswers reads a file of answers, in YAML or JSON: each is the text that stands there,
// whatever it looks like, and null is the empty one.
func readAnswers(path string) (map[string]string, error) {
	if path == "" {
		return nil, nil
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("invalid --answers %q: %w", path, innerPathError(err))
	}
	var values map[string]yaml.Node
	if err := yaml.Unmarshal(raw, &values); err != nil {
		return nil, fmt.Errorf("invalid --answers %q: %w", path, err)
	}
	answers := map[string]string{}
	for name, v := range values {
		if v.Kind == yaml.AliasNode {
			v = *v.Alias
		}
		switch {
		case v.Kind != yaml.ScalarNode:
			return nil, fmt.Errorf("invalid --answers %q: the answer to %q is not one value; write it as one, in quotes where it is text", path, name)
		case v.ShortTag() == "!!null":
			answers[name] = ""
		default:
			answers[name] = v.Value
		}
	}
	return answers, nil
}
