package stack

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const askedFor = `
services:
  web:
    image: app:${TAG}
    environment: [MODE=${MODE:-fast}]
questions:
- variable: COLOR
  description: Which colour
  type: enum
  options: [blue, green]
  default: blue
- variable: REPLICAS
  type: int
  min: 1
  max: 5
  default: 2
- variable: EXTRA
  type: bool
  default: false
  show_subquestion_if: true
  subquestions:
  - variable: HOW
    required: true
- variable: DEPTH
  show_if: COLOR=green && EXTRA=true
  required: true
`

func noEnv(string) (string, bool) { return "", false }

func from(values map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { v, ok := values[name]; return v, ok }
}

func TestAnswersComeFromTheLastThatGivesOne(t *testing.T) {
	type answers = map[string]string
	for sentence, c := range map[string]struct {
		in   Inquiry
		want answers
	}{
		"nobody says anything: the defaults count, and no terminal is needed": {Inquiry{},
			answers{"COLOR": "blue", "REPLICAS": "2", "EXTRA": "false", "HOW": "", "DEPTH": ""}},
		"the answers of the last time outlive the defaults": {Inquiry{Stored: answers{"COLOR": "green", "TAG": "v1"}},
			answers{"COLOR": "green", "TAG": "v1", "REPLICAS": "2", "EXTRA": "false", "HOW": "", "DEPTH": ""}},
		"a file of answers counts more than those": {Inquiry{Stored: answers{"COLOR": "green"}, Given: answers{"COLOR": "blue"}},
			answers{"COLOR": "blue", "REPLICAS": "2", "EXTRA": "false", "HOW": "", "DEPTH": ""}},
		"the environment counts more than the file, also for what is not asked": {
			Inquiry{Given: answers{"COLOR": "blue"}, Env: from(answers{"COLOR": "green", "TAG": "v3", "OTHER": "x"})},
			answers{"COLOR": "green", "TAG": "v3", "REPLICAS": "2", "EXTRA": "false", "HOW": "", "DEPTH": ""}},
		"who is asked has the last word, for what has no answer yet": {
			Inquiry{Stored: answers{"REPLICAS": "3"}, Ask: func(q Question, preset string) (string, error) { return q.Variable[:1] + preset, nil }},
			answers{"COLOR": "Cblue", "REPLICAS": "3", "EXTRA": "Efalse", "HOW": "", "DEPTH": ""}},
		"what the file does not use is another's, or of another time": {Inquiry{Given: answers{"OTHER": "1"}, Stored: answers{"OLD": "1"}},
			answers{"COLOR": "blue", "REPLICAS": "2", "EXTRA": "false", "HOW": "", "DEPTH": ""}},
	} {
		t.Run(sentence, func(t *testing.T) {
			c.in.Stack = "shop"
			if c.in.Env == nil {
				c.in.Env = noEnv
			}
			got, err := Answer(askedFor, c.in)
			c.want["NAMESPACE"] = "shop"
			if diff := cmp.Diff(c.want, got); diff != "" || err != nil && c.in.Ask == nil {
				t.Errorf("error %v, answers (-want +got):\n%s", err, diff)
			}
		})
	}
}

// What the docs have around a service holds for every spelling of true, and for none of false.
func TestAnswersOfYesAndNo(t *testing.T) {
	const text = "{{ if eq .Values.DEBUG \"true\" }}on: ${DEBUG}{{ else }}off: ${DEBUG}{{ end }}\nquestions: [{variable: DEBUG, type: bool, show_subquestion_if: 1, subquestions: [{variable: HOW, required: true}]}]\n"
	for given, want := range map[string]string{"true": "on: true", "1": "on: true", "TRUE": "on: true", "false": "off: false", "0": "off: false", "False": "off: false", "": "off: "} {
		answers, err := Answer(text, Inquiry{Env: noEnv, Given: map[string]string{"DEBUG": given}})
		if asked := err != nil && strings.HasPrefix(err.Error(), `question "HOW" has no answer`); asked != strings.HasPrefix(want, "on") {
			t.Errorf("%q: the subquestion: %v", given, err)
		}
		rendered, err := render(text, answers)
		if got, _, _ := strings.Cut(rendered, "\n"); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", given, got, err, want)
		}
	}
}

func TestPromptAsksForAllAgain(t *testing.T) {
	var asked []string
	in := Inquiry{
		Stack: "shop", Env: noEnv, Stored: map[string]string{"COLOR": "green", "EXTRA": "true", "HOW": "so", "DEPTH": "1"}, Prompt: true,
		Ask: func(q Question, preset string) (string, error) {
			asked = append(asked, q.Prompt(preset))
			return preset, nil
		},
	}
	if _, err := Answer(askedFor, in); err != nil {
		t.Fatal(err)
	}
	want := []string{"[COLOR] Which colour [blue/green]: ", "[REPLICAS] [2]: ", "[EXTRA] [true]: ", "[HOW] [so]: ", "[DEPTH] [1]: "}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Error(diff)
	}
}

func TestAskingMayEnd(t *testing.T) {
	stop := errors.New("no more")
	in := Inquiry{Env: noEnv, Ask: func(Question, string) (string, error) { return "", stop }}
	if _, err := Answer(askedFor, in); !errors.Is(err, stop) {
		t.Errorf("error %v", err)
	}
}

func TestWrongAnswers(t *testing.T) {
	for given, want := range map[string]string{
		"COLOR=red":               `invalid answer "red" to "COLOR": want one of blue, green`,
		"REPLICAS=9":              `invalid answer "9" to "REPLICAS": want at most 5`,
		"REPLICAS=0":              `invalid answer "0" to "REPLICAS": want at least 1`,
		"REPLICAS=two":            `invalid answer "two" to "REPLICAS": want a whole number`,
		"EXTRA=perhaps":           `invalid answer "perhaps" to "EXTRA": want true or false`,
		"EXTRA=true":              `question "HOW" has no answer; give it a default, or an answer: kubectl rio up --answers FILE, or HOW=VALUE in the environment of up`,
		"COLOR=green":             "",
		"COLOR=green,EXTRA=true":  `question "HOW" has no answer; give it a default, or an answer: kubectl rio up --answers FILE, or HOW=VALUE in the environment of up` + "\n" + `question "DEPTH" has no answer; give it a default, or an answer: kubectl rio up --answers FILE, or DEPTH=VALUE in the environment of up`,
		"COLOR=red,REPLICAS=nine": `invalid answer "red" to "COLOR": want one of blue, green` + "\n" + `invalid answer "nine" to "REPLICAS": want a whole number`,
	} {
		t.Run(given, func(t *testing.T) {
			answers := map[string]string{}
			for pair := range strings.SplitSeq(given, ",") {
				name, value, _ := strings.Cut(pair, "=")
				answers[name] = value
			}
			_, err := Answer(askedFor, Inquiry{Env: noEnv, Given: answers})
			if got := fmt.Sprint(err); got != want && (want != "" || err != nil) {
				t.Errorf("error %s\nwant %s", got, want)
			}
		})
	}
}

func TestCheckOfText(t *testing.T) {
	for sentence, c := range map[string]struct {
		q            Question
		answer, want string
	}{
		"too short":            {Question{Variable: "A", MinLength: 3}, "é", `invalid answer "é" to "A": it has 1 characters, want at least 3`},
		"too long":             {Question{Variable: "A", MaxLength: 1}, "ab", `invalid answer "ab" to "A": it has 2 characters, want at most 1`},
		"other characters":     {Question{Variable: "A", ValidChars: "abc"}, "abd", `invalid answer "abd" to "A": want only characters of "abc"`},
		"a wrong character":    {Question{Variable: "A", InvalidChars: " /"}, "a/b", `invalid answer "a/b" to "A": it must not have any of " /"`},
		"a password is hidden": {Question{Variable: "A", Type: "password", MinLength: 8}, "secret", `invalid answer (hidden) to "A": it has 6 characters, want at least 8`},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := fmt.Sprint(c.q.Check(c.answer)); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
		})
	}
}

func TestQuestionsAreFoundWithoutAnswers(t *testing.T) {
	for text, want := range map[string]string{
		"services: {web: {image: 'a:${TAG}', scale: ${SCALE}}}":              "",
		"questions: [{description: which}]":                                  "question 1 has no variable",
		"questions: [{variable: A, type: colour}]":                           `question "A" has type "colour"`,
		"questions: [{variable: A, colour: red}]":                            `the key "colour" is not known here`,
		"{{ if gt (len .Values.A) 0 }}a{{ else }}{{ fail \"no\" }}{{ end }}": "with no answers given",
	} {
		_, _, err := Questions(text, "shop")
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
}

func TestWhatIsKeptOfAnswers(t *testing.T) {
	const text = "questions: [{variable: B}, {variable: C, default: c}, {variable: D, subquestions: [{variable: E, default: e}]}]"
	got := Kept(text, map[string]string{"NAMESPACE": "shop", "A": "1", "B": "", "C": "", "D": "", "E": "", "F": ""})
	if diff := cmp.Diff(map[string]string{"A": "1", "C": "", "E": ""}, got); diff != "" {
		t.Error(diff)
	}
}

func TestMentions(t *testing.T) {
	for _, c := range []struct {
		text          string
		file, compose bool
	}{
		{`image: "app:${TAG}"`, true, true},
		{`image: "app:${TAG:-1}"`, true, true},
		{`scale: ${#TAG}`, true, true},
		{`image: app:$TAG`, true, true},
		{`scale: {{ .Values.TAG }}`, true, true},
		{`{{ with .Values }}{{ printf "}" .TAG }}{{ end }}`, true, true},
		{`{{ range $k, $v := .Values }}{{ $k }}{{ end}}`, true, false},
		{`{{ toYaml .Values}}`, true, false},
		{`questions: [{variable: TAG}]`, true, true},
		{`{"questions": [{"variable": "TAG"}]}`, true, true},
		{`questions: [{variable: OTHER, show_if: A=1 && TAG=x}]`, true, true},
		{`questions: [{"showIf": "TAG = x"}]`, true, true},
		{`environment: [TAG]`, false, true},
		{`image: app.TAG`, false, true},
		{`TAG: 1`, false, true},
		{`image: "app:${TAGS}"`, false, false},
		{`scale: {{ .Values.TAGS }}`, false, false},
		{`questions: [{variable: TAGS}]`, false, false},
		{`scale: {{ .Values.OTHER }}`, false, false},
		{`image: app`, false, false},
	} {
		if got := Mentions(Source{Text: c.text}, "TAG"); got != c.file {
			t.Errorf("%s: %v, want %v", c.text, got, c.file)
		}
		if got := Mentions(Source{Text: c.text, Compose: true}, "TAG"); got != c.compose {
			t.Errorf("%s, of docker-compose: %v, want %v", c.text, got, c.compose)
		}
	}
}
