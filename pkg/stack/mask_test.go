package stack

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestMask(t *testing.T) {
	for sentence, c := range map[string]struct {
		text string
		want Mask
	}{
		"nothing is asked":                       {"configs: {a: {content: '${P}'}}", nil},
		"what is asked is no password":           {"configs: {a: {content: '${P}'}}\nquestions: [{variable: P}]", nil},
		"a password, though nothing uses it":     {"questions: [{variable: P, type: password}]", Mask{"hush9z"}},
		"the password of a subquestion":          {"questions: [{variable: Q, subquestions: [{variable: P, type: password}]}]", Mask{"hush9z"}},
		"a password in the middle":               {"configs: {a: {content: 'a ${P} b'}}\nquestions: [{variable: P, type: password}]", Mask{"hush9z"}},
		"a password that became another text":    {"configs: {a: {content: '${P^^}!'}}\nquestions: [{variable: P, type: password}]", Mask{"HUSH9Z!", "hush9z"}},
		"a password in a variable, encoded":      {"services: {web: {image: a, env: ['A={{ b64enc .Values.P }}', B=c]}}\nquestions: [{variable: P, type: password}]", Mask{"aHVzaDl6", "hush9z"}},
		"a password's part, of a list":           {"services: {web: {image: a, command: [run, '${P:0:4}', fast]}}\nquestions: [{variable: P, type: password}]", Mask{"hush9z", "hush"}},
		"a password in a key, which is no value": {"services: {web: {image: a, labels: {'${P}': b}}}\nquestions: [{variable: P, type: password}]", Mask{"hush9z"}},
		"a file that cannot be read":             {"configs: {a: {content: '${P^^}', colour: b}}\nquestions: [{variable: P, type: password}]", Mask{"HUSH9Z", "hush9z"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			got := Source{Text: c.text, Answers: map[string]string{"P": "hush9z"}}.Mask("shop")
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if got := (Source{Text: "questions: [{variable: P, type: password}]", Compose: true, Answers: map[string]string{"P": "a"}}).Mask("shop"); got != nil {
		t.Errorf("docker-compose asks nothing: %v", got)
	}
}

// A password stands in other places as these write it, and a short one only where it is a word.
func TestMaskHidesWhatBecameOfAPassword(t *testing.T) {
	mask := func(password string) Mask {
		return Source{Text: "questions: [{variable: P, type: password}]", Answers: map[string]string{"P": password}}.Mask("shop")
	}
	for sentence, c := range map[string]struct{ password, text, want string }{
		"in a pod, where dollars are doubled": {"a$$b", "PW=a$$$$b", "PW=***"},
		"in JSON":                             {`a&"b`, `{"pw":"a\u0026\"b"}`, `{"pw":"***"}`},
		"in the quotes of an error":           {`p"\w`, `invalid scale "p\"\\w"`, `invalid scale "***"`},
		"in an expression":                    {"a.b+c", `^pw=a\.b\+c$`, `^pw=***$`},
		"a short one, as a word":              {"8", "8 of 80 at 18:8", "*** of 80 at 18:***"},
		"a short one, several times":          {"abc", "abc:abc@abc abc,abcd", "***:***@*** ***,abcd"},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := mask(c.password).Hide(c.text); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	encoded := Source{Text: "configs: {a: {content: '{{ b64enc .Values.P }}'}}\nquestions: [{variable: P, type: password}]", Answers: map[string]string{"P": "!?#%"}}
	if got := encoded.Mask("shop").Hide("IT8jJQ=="); got != Hidden {
		t.Errorf("of one without letters and digits: %q", got)
	}
}

// A longer secret is hidden before a shorter one that is in it.
func TestMaskHidesTheLongestFirst(t *testing.T) {
	if got := (Mask{"hush"}).And(Mask{"ushi", "hushing", "hush"}).Hide("hushings hush ushi"); got != "***s *** ***" {
		t.Errorf("%q", got)
	}
}

// Of a password in a text nothing is left to see.
func TestNoPasswordIsShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		password := rapid.StringMatching(`[A-Za-z0-9]{6,20}`).Draw(t, "password")
		form := rapid.SampledFrom([]string{"${P}", "x${P^^}", "{{ .Values.P | upper | b64enc }}", "{{ sha256sum .Values.P }}", "${P/a/b}"}).Draw(t, "form")
		s := Source{Text: "configs: {a: {content: 'one " + form + " two'}}\nquestions: [{variable: P, type: password}]", Answers: map[string]string{"P": password}}
		f, err := s.ReadAgain("shop")
		if err != nil {
			t.Fatal(err)
		}
		// Digits have no upper case, and what stands before them is no secret.
		shown := []string{"one *** two", "one x*** two", Hidden}
		if got := s.Mask("shop").Hide(*f.Configs["a"].Content); !slices.Contains(shown, got) {
			t.Fatalf("%s of %s is shown as %q", form, password, got)
		}
	})
}
