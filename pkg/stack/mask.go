package stack

import (
	"encoding/json"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// Mask is what must not be shown: the answers to questions of type password, and what they became.
type Mask []string

// Hidden stands in its place, as in kubectl diff.
const Hidden = "***"

// Hide takes it out of a text.
func (m Mask) Hide(text string) string {
	for _, secret := range m {
		if len(secret) < shortSecret { // or half of all words would be hidden
			word := regexp.MustCompile(`(^|\W)` + regexp.QuoteMeta(secret) + `(\W|$)`)
			for range 2 { // what ends one begins the next, which the first time passes over
				text = word.ReplaceAllString(text, "${1}"+Hidden+"${2}")
			}
			continue
		}
		text = strings.ReplaceAll(text, secret, Hidden)
	}
	return text
}

// shortSecret is from how many bytes on a secret is looked for inside of words, too.
const shortSecret = 4

// And hides what both hide. What is in something longer is hidden with that.
func (m Mask) And(other Mask) Mask {
	all := slices.Concat(m, other)
	slices.SortFunc(all, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	return slices.Compact(all)
}

// Mask finds what to hide of a file in a stack. A password may stand in any place, and in another
// form, as ${VAR^^} and {{ .Values.VAR | b64enc }} have it: so the file is read with another one, too,
// and what is not the same then is hidden.
func (s Source) Mask(stack string) Mask {
	if s.Compose {
		return nil // it asks nothing
	}
	questions, _, err := Questions(s.Text, stack)
	if err != nil {
		return nil
	}
	answers := s.AnswersIn(stack)
	others := maps.Clone(answers)
	var said, decoys Mask
	for _, q := range flatten(questions) {
		if answer := answers[q.Variable]; q.Type == "password" && answer != "" {
			others[q.Variable] = decoy(answer)
			said, decoys = said.And(Mask{answer}), decoys.And(Mask{others[q.Variable]})
		}
	}
	if len(said) == 0 {
		return nil
	}
	var all Mask
	for _, secret := range said.And(turned(s.words(answers, said), s.words(others, decoys))) {
		all = all.And(written(secret))
	}
	return all
}

// written is a secret as it stands in a file, in a pod, in JSON, in the quotes of an error and in
// an expression.
func written(secret string) Mask {
	quoted := strconv.Quote(secret)
	encoded, err := json.Marshal(secret)
	if err != nil {
		encoded = []byte(quoted) // strings are always encoded
	}
	return Mask{secret, spec.Escaped(secret), quoted[1 : len(quoted)-1], string(encoded[1 : len(encoded)-1]), regexp.QuoteMeta(secret)}
}

// decoy is another answer of the same kind and length, where it can be.
func decoy(answer string) string {
	other := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r < '9', r >= 'a' && r < 'z', r >= 'A' && r < 'Z':
			return r + 1
		case r == '9':
			return '1'
		case r == 'z', r == 'Z':
			return r - 25
		case unicode.IsLetter(r):
			return 'x'
		}
		return r
	}, answer)
	if other == answer { // it has neither letters nor digits
		return strings.Repeat("x", len(answer))
	}
	return other
}

// told is a value of a file, word by word, as it is and without what is hidden.
type told struct{ plain, shown []string }

// words are all values of a file that can be read, by their path.
func (s Source) words(answers map[string]string, m Mask) map[string]told {
	f, _ := s.Read(answers, s.Open) // what is wrong with it others say
	fields, err := fieldsOf(reflect.ValueOf(f))
	if err != nil {
		return nil
	}
	all := map[string]told{}
	for path, value := range fields {
		t := told{plain: strings.Split(value, mark)}
		for _, w := range t.plain {
			t.shown = append(t.shown, m.Hide(w))
		}
		all[m.Hide(path)] = t
	}
	return all
}

// turned are the words that another password makes others. Of NAME=VALUE it is the value.
func turned(is, other map[string]told) (m Mask) {
	for path, t := range is {
		o, ok := other[path]
		for i, word := range t.plain {
			switch {
			case !ok, word == "":
			case i >= len(o.plain):
				m = append(m, word)
			case o.shown[i] != t.shown[i]:
				m = append(m, strings.TrimPrefix(word, nameOfBoth(word, o.plain[i])))
			}
		}
	}
	return m
}

// nameOfBoth is the NAME= that two words begin with, where something follows.
func nameOfBoth(word, other string) string {
	name, value, named := strings.Cut(word, "=")
	if !named || value == "" || !strings.HasPrefix(other, name+"=") {
		return ""
	}
	return name + "="
}
