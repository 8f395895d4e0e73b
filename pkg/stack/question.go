package stack

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Question is a variable that a file asks its user for.
type Question struct {
	Variable     string     `json:"variable"`
	Label        string     `json:"label,omitempty"`
	Description  string     `json:"description,omitempty"`
	Type         string     `json:"type,omitempty"` // string (default), multiline, password, int, bool or enum
	Required     bool       `json:"required,omitempty"`
	Default      string     `json:"default,omitempty"`
	Group        string     `json:"group,omitempty"`
	MinLength    int        `json:"minLength,omitempty"`
	MaxLength    int        `json:"maxLength,omitempty"`
	Min          *int       `json:"min,omitempty"`
	Max          *int       `json:"max,omitempty"`
	Options      []string   `json:"options,omitempty"`
	ValidChars   string     `json:"validChars,omitempty"`
	InvalidChars string     `json:"invalidChars,omitempty"`
	ShowIf       string     `json:"showIf,omitempty"` // VARIABLE=VALUE && ...: only asked then
	Subquestions []Question `json:"subquestions,omitempty"`

	ShowSubquestionIf string `json:"showSubquestionIf,omitempty"` // a value of this one, or as ShowIf
}

// Prompt is the line that asks: [VARIABLE] description [default or a/b/c]:
func (q Question) Prompt(preset string) string {
	text := q.Description
	if text == "" {
		text = q.Label
	}
	hint := preset
	switch {
	case len(q.Options) > 0:
		hint = strings.Join(q.Options, "/")
	case q.Type == "password" && preset != "":
		hint = "unchanged"
	}
	return strings.Join(strings.Fields(fmt.Sprintf("[%s] %s [%s]:", q.Variable, text, hint)), " ") + " "
}

// questionTypes are the types that a question may have.
var questionTypes = []string{"", "string", "multiline", "password", "int", "bool", "boolean", "enum"}

// Check says what is wrong with an answer.
func (q Question) Check(answer string) error {
	if answer == "" {
		if q.Required {
			return fmt.Errorf("question %q has no answer; give it a default, or an answer: kubectl rio up --answers FILE, or %s=VALUE in the environment of up", q.Variable, q.Variable)
		}
		return nil
	}
	fail := func(format string, args ...any) error {
		shown := fmt.Sprintf("%q", answer)
		if q.Type == "password" {
			shown = "(hidden)"
		}
		return fmt.Errorf("invalid answer %s to %q: %s", shown, q.Variable, fmt.Sprintf(format, args...))
	}
	switch n := utf8.RuneCountInString(answer); {
	case q.MinLength > 0 && n < q.MinLength:
		return fail("it has %d characters, want at least %d", n, q.MinLength)
	case q.MaxLength > 0 && n > q.MaxLength:
		return fail("it has %d characters, want at most %d", n, q.MaxLength)
	case len(q.Options) > 0 && !slices.Contains(q.Options, answer):
		return fail("want one of %s", strings.Join(q.Options, ", "))
	}
	if q.ValidChars != "" && strings.Trim(answer, q.ValidChars) != "" {
		return fail("want only characters of %q", q.ValidChars)
	}
	if i := strings.IndexAny(answer, q.InvalidChars); i >= 0 {
		return fail("it must not have any of %q", q.InvalidChars)
	}
	switch q.Type {
	case "int":
		n, err := strconv.Atoi(answer)
		switch {
		case err != nil:
			return fail("want a whole number")
		case q.Min != nil && n < *q.Min:
			return fail("want at least %d", *q.Min)
		case q.Max != nil && n > *q.Max:
			return fail("want at most %d", *q.Max)
		}
	case "bool", "boolean":
		if _, err := strconv.ParseBool(answer); err != nil {
			return fail("want true or false")
		}
	}
	return nil
}

// normal is the answer as a file finds it: of yes and no there is one spelling each, true and false.
func (q Question) normal(answer string) string {
	if yes, err := strconv.ParseBool(answer); err == nil && strings.HasPrefix(q.Type, "bool") && len(q.Options) == 0 {
		return strconv.FormatBool(yes)
	}
	return answer
}

// same reports whether an answer is the value that a condition names, which may spell true as 1.
func same(answer, value string) bool {
	yes, err := strconv.ParseBool(value)
	return answer == value || err == nil && answer == strconv.FormatBool(yes)
}

// holds reports whether VARIABLE=VALUE && ... is true of the answers. Nothing always is.
func holds(condition string, answers map[string]string) bool {
	for part := range strings.SplitSeq(condition, "&&") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if ok && !same(answers[strings.TrimSpace(name)], strings.TrimSpace(value)) {
			return false
		}
	}
	return true
}

// goesOn reports whether an answer leads to the subquestions.
func (q Question) goesOn(answer string, answers map[string]string) bool {
	condition := q.ShowSubquestionIf
	return condition == "" || same(answer, condition) || strings.Contains(condition, "=") && holds(condition, answers)
}
