package stack

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"reflect"
	"strings"
)

// Source is a stack file as its user wrote it, with all that it takes to read it again.
type Source struct {
	Text    string            `json:"template"`
	Answers map[string]string `json:"answers,omitempty"`
	Files   map[string]string `json:"additionalFiles,omitempty"` // that the text names, by their path
	Compose bool              `json:"compose,omitempty"`         // it is a docker-compose file
}

// Read puts answers into the text and reads it. A text that the answers leave empty is none.
func (s Source) Read(answers map[string]string, open Opener) (File, error) {
	if s.Compose {
		return ReadCompose(s.Text, LookupIn(answers), open)
	}
	rendered, err := render(s.Text, answers)
	if err != nil {
		return File{}, err
	}
	if IsEmpty(rendered) {
		return File{}, errors.New("with these answers the file is empty, or has nothing but comments; write services: {} for a stack with no service")
	}
	d := newDecoder(nil, open)
	d.from = sourceLines(s.Text, rendered, answers)
	return read(rendered, d)
}

// ReadAgain reads it as it was kept, in a stack.
func (s Source) ReadAgain(stack string) (File, error) { return s.Read(s.AnswersIn(stack), s.Open) }

// Open opens the files that were kept with it.
func (s Source) Open(name string) (string, error) {
	text, ok := s.Files[name]
	if !ok {
		return "", fmt.Errorf("the file %q was not kept: %w", name, fs.ErrNotExist)
	}
	return text, nil
}

// AnswersIn are the answers that were kept, in a stack.
func (s Source) AnswersIn(stack string) map[string]string {
	answers := map[string]string{}
	maps.Copy(answers, s.Answers)
	if _, own := answers[NamespaceVariable]; !own || !s.Compose { // a docker-compose file may have its own
		answers[NamespaceVariable] = stack
	}
	return answers
}

// composeMark is the first line of a text that is a docker-compose file in a file of any name.
const composeMark = "#compose"

// IsCompose reports whether a text says itself that it is a docker-compose file.
func IsCompose(text string) bool {
	first, _, _ := strings.Cut(text, "\n")
	return strings.TrimRight(first, " \t\r") == composeMark
}

// Exported is the text as it is given back. It may go into a file of any name, so one that would
// be another file by the other rules says by which it is read.
func (s Source) Exported() string {
	if !s.Compose || IsCompose(s.Text) || s.sameByBoth() {
		return s.Text
	}
	return composeMark + "\n" + s.Text
}

// sameByBoth reports whether a text is the same file by docker-compose's rules and without them,
// whatever anybody answers.
func (s Source) sameByBoth() bool {
	asked := false
	never := func(string) (string, bool) { asked = true; return "", false }
	f, err := ReadCompose(s.Text, never, s.Open)
	if err != nil || asked {
		return false
	}
	if _, names, err := substitute(s.Text, nil); err != nil || len(names) > 0 {
		return false
	}
	rendered, err := render(s.Text, nil)
	if err != nil {
		return false
	}
	other, err := Read(rendered, s.Open)
	f.Notes = nil // which docker-compose files alone have
	f.Lines, other.Lines = nil, nil
	return err == nil && reflect.DeepEqual(f, other)
}

// LookupIn looks into a map.
func LookupIn(values map[string]string) Lookup {
	return func(name string) (string, bool) {
		value, ok := values[name]
		return value, ok
	}
}
