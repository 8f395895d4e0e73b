package stack

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Inquiry is where answers come from, the later ones before the earlier:
// the question's default, Stored, Given, Env, Ask.
type Inquiry struct {
	Stack  string
	Stored map[string]string                               // of the last time
	Given  map[string]string                               // --answers
	Env    Lookup                                          // the environment
	Ask    func(q Question, preset string) (string, error) // nil where there is nobody to ask
	Prompt bool                                            // also what is answered already
}

// Answer finds the value of every variable that the text uses or asks for. All that is
// wrong with the answers is said at once.
func Answer(text string, in Inquiry) (map[string]string, error) {
	questions, names, err := Questions(text, in.Stack)
	if err != nil {
		return nil, err
	}
	answers := map[string]string{NamespaceVariable: in.Stack}
	for _, name := range names {
		if name == NamespaceVariable {
			continue
		}
		if value, ok := in.find(name); ok {
			answers[name] = value
		}
	}
	for _, more := range []map[string]string{in.Given, in.Stored} {
		for name, value := range more {
			// A Go template may use it. What it does not use is another stack's, whose secrets are not kept here.
			if _, known := answers[name]; !known && Mentions(Source{Text: text}, name) {
				answers[name] = value
			}
		}
	}
	return answers, in.each(questions, answers)
}

// allValues is what hands all answers to a template at once.
var allValues = regexp.MustCompile(`\.Values([^.\w]|$)`)

// action is what stands between the braces of a Go template.
var action = regexp.MustCompile(`(?s)\{\{.*?\}\}`)

// templated is an answer that a template names.
var templated = regexp.MustCompile(`\.Values\.(\w+)`)

// Mentions reports whether a text can make use of an answer: as $NAME, ${NAME}, .NAME of a
// template, the variable of a question or in its condition; in a docker-compose file, as a word.
func Mentions(s Source, name string) bool {
	quoted := regexp.QuoteMeta(name)
	if s.Compose {
		return has(s.Text, `(^|\W)`+quoted+`(\W|$)`)
	}
	return allValues.MatchString(s.Text) ||
		has(s.Text, `\$\{?#?`+quoted+`(\W|$)`) ||
		has(s.Text, `variable["']?\s*:\s*["']?`+quoted+`(\W|$)`) ||
		has(s.Text, `(?i:if["']?\s*:).*\b`+quoted+`\s*=`) ||
		slices.ContainsFunc(action.FindAllString(s.Text, -1), func(a string) bool { return has(a, `\.`+quoted+`(\W|$)`) })
}

func has(text, pattern string) bool {
	matched, err := regexp.MatchString(pattern, text)
	return err == nil && matched
}

// find looks everywhere but in the question.
func (in Inquiry) find(name string) (string, bool) {
	if value, ok := in.Env(name); ok {
		return value, true
	}
	if value, ok := in.Given[name]; ok {
		return value, true
	}
	value, ok := in.Stored[name]
	return value, ok
}

// each answers the questions in their order, for later ones depend on earlier ones. One that
// is not shown is not asked, and is as its default is.
func (in Inquiry) each(questions []Question, answers map[string]string) error {
	var errs []error
	for _, q := range questions {
		value, known := in.find(q.Variable)
		if !known {
			value = q.Default
		}
		if holds(q.ShowIf, answers) {
			if in.Ask != nil && (in.Prompt || !known) {
				given, err := in.Ask(q, value)
				if err != nil {
					return err
				}
				value = given
			}
			errs = append(errs, q.Check(value))
		}
		value = q.normal(value)
		answers[q.Variable] = value
		if q.goesOn(value, answers) {
			errs = append(errs, in.each(q.Subquestions, answers))
			continue
		}
		for _, sub := range q.Subquestions {
			if _, known := answers[sub.Variable]; !known {
				answers[sub.Variable] = sub.Default
			}
		}
	}
	return errors.Join(errs...)
}

const withoutAnswers = "with no answers given, as the questions are looked for"

// Questions lists what a text asks, and the variables that it names as ${VAR} or .Values.VAR. To find
// them it must be readable with no answer at all.
func Questions(text, stack string) ([]Question, []string, error) {
	empty := map[string]string{NamespaceVariable: stack}
	_, names, err := substitute(text, empty)
	if err != nil {
		return nil, nil, err
	}
	rendered, err := render(text, empty)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", withoutAnswers, err)
	}
	questions, err := readQuestions(rendered)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", withoutAnswers, err)
	}
	if !strings.HasPrefix(text, plainMark) {
		for _, a := range action.FindAllString(text, -1) {
			for _, v := range templated.FindAllStringSubmatch(a, -1) {
				names = append(names, v[1])
			}
		}
	}
	for _, q := range flatten(questions) {
		names = append(names, q.Variable)
	}
	return questions, names, nil
}

func flatten(questions []Question) []Question {
	var all []Question
	for _, q := range questions {
		all = append(append(all, q), flatten(q.Subquestions)...)
	}
	return all
}

// Kept are the answers to a text that are worth keeping for the next time. An empty one is where the
// question has a default, which would come back without it.
func Kept(text string, answers map[string]string) map[string]string {
	questions, _, _ := Questions(text, answers[NamespaceVariable]) // which were found before they were answered
	defaults := map[string]string{}
	for _, q := range flatten(questions) {
		defaults[q.Variable] = q.Default
	}
	kept := maps.Clone(answers)
	delete(kept, NamespaceVariable)
	maps.DeleteFunc(kept, func(name, value string) bool { return value == "" && defaults[name] == "" })
	return kept
}
