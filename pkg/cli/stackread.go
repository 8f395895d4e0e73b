package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

// stackWork is a stack file with what it takes to make the stack like it.
type stackWork struct {
	*mutation
	name   string
	path   string // of the file; empty where it is a text in the editor
	only   string // the one service that the file is about; empty: the whole stack
	file   stack.File
	source stack.Source
	kept   manifest.Object // where the file of the last time is
	stackPlan

	mu      sync.Mutex
	results map[string][]manifest.Object
	broken  []string // configs, secrets and volumes that could not be written
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
		errs = append(errs, tryAll(flat(err), func(e error) error { return fmt.Errorf("%s: %w", f.path, e) }))
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
	planning, done := m.within(ctx)
	defer done()
	for _, w := range all {
		if err := w.plan(planning); err != nil {
			return nil, masked(err, w.mask)
		}
	}
	return all, nil
}

// reading is how a file is read: first the stack that it names, then, with what is kept of that, the rest.
type reading struct {
	name func() (string, error)
	file func(w *stackWork, kept stack.Source) (stack.File, error)
}

// understand finds the stack's name and the answers to the file's questions, and reads it.
func (m *mutation) understand(ctx context.Context, f stackFile, given map[string]string, prompt bool) (*stackWork, error) {
	own := *m
	w := &stackWork{mutation: &own, name: f.stack, path: f.path, source: stack.Source{Text: f.text, Compose: f.compose, Files: map[string]string{}}}
	read, err := m.asked(f, given, prompt), error(nil)
	if f.compose {
		read, err = composed(f, given)
	}
	said := w.name
	if err == nil && said == "" {
		said, err = read.name()
	}
	if err != nil {
		return w, usageError(err)
	}
	if w.name = said; w.name == "" {
		if w.name, err = m.o.namespace(); err != nil {
			return w, err
		}
	}
	if ns := m.o.Config.Namespace; ns != nil && *ns != "" && *ns != w.name && !f.named {
		return w, usagef("it is of stack %q, and -n says %q; name the stack that is meant before the file: STACK %s", w.name, *ns, rio.Quote(f.path))
	}
	looking, done := m.within(ctx)
	var before stack.Source
	before, w.kept, err = m.client.StackFile(looking, w.name)
	done()
	if err != nil {
		return w, err
	}
	w.file, err = read.file(w, before)
	if err == nil && f.stack == "" && w.file.Name != said && w.file.Name != w.name {
		err = fmt.Errorf("the name %q of the stack comes of answers, which are kept in the stack; name it before the file: STACK %s", w.file.Name, rio.Quote(f.path))
	}
	own.mask = w.source.Mask(w.name).And(before.Mask(w.name))
	if err != nil {
		w.showNotes() // a variable that nobody set may be what is wrong
	}
	return w, tryAll(flat(masked(err, own.mask)), usageError)
}

// asked is how a file is read that may ask questions.
func (m *mutation) asked(f stackFile, given map[string]string, prompt bool) reading {
	return reading{
		name: func() (string, error) { return stack.NameOf(f.text) },
		file: func(w *stackWork, kept stack.Source) (stack.File, error) {
			inquiry := stack.Inquiry{Stack: w.name, Stored: kept.Answers, Given: given, Env: os.LookupEnv, Prompt: prompt}
			if m.o.mayAsk() && f.path != "-" {
				inquiry.Ask = m.o.askQuestion
			}
			answers, err := stack.Answer(f.text, inquiry)
			if err != nil {
				return stack.File{}, err
			}
			w.source.Answers = stack.Kept(f.text, answers)
			return w.source.Read(answers, opener(f.dir, w.source.Files))
		},
	}
}

// uses reports whether an answer has a use for the file. Of a docker-compose file it may be a
// file of variables that has it.
func (w *stackWork) uses(name string) bool {
	_, used := w.source.Answers[name]
	return w.source.Compose && used || stack.Mentions(w.source, name)
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
