package stack

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCompare(t *testing.T) {
	parse := func(text string) File {
		f, err := Read(text, open)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	have := parse(`
services:
  web: {image: "a:1", scale: 2, env: [A=1, B=2], command: [x, y], revisions: {v2: {weight: 10}}}
  old: {image: a}
  same: {image: a}
configs: {site: {content: "one"}}
secrets: {password: {content: hunter2}, theirs: {content: hunter3}}
`)
	want := parse(`
services:
  web: {image: "a:2", env: [A=1, B=3], command: [y, x], revisions: {v2: {weight: 20}}, tty: true}
  new: {image: b}
  same: {image: a}
configs: {site: {content: "two\nlines"}}
secrets: {password: {content: swordfish}, theirs: {content: hunter3, external: true}}
volumes: {data: {size: 3}}
`)
	got, err := Compare(have, want, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Change{
		{"~", "config", "site", []string{"content, from line 1:", "  - one", "  + two", "  + lines"}},
		{"~", "secret", "password", []string{"content: *** -> ***"}},
		{"~", "secret", "theirs", []string{"external: + true"}},
		{"+", "volume", "data", []string{"size_in_gb: 3"}},
		{"+", "service", "new", []string{"image: b"}},
		{"-", "service", "old", nil},
		{"~", "service", "web", []string{"command: [x, y] -> [y, x]", "environment: - B=2, + B=3", "image: a:1 -> a:2", "revisions.v2.weight: 10 -> 20", "scale: - 2", "tty: + true"}},
	}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What a password became is not shown, wherever it stands, and that it is another one is.
func TestComparePasswords(t *testing.T) {
	const text = `
services:
  web: {image: "a:${PASSWORD}", environment: ["URL=db://me:${PASSWORD}@db", "${PASSWORD}=1"], command: [run, "${PASSWORD}"], working_dir: "/{{ .Values.PASSWORD | b64enc }}"}
  "b-${PASSWORD}": {image: b}
configs: {site: {content: "one\nuser me\npassword ${PASSWORD}\n"}, same: {content: "${PASSWORD}\na"}}
questions: [{variable: PASSWORD, type: password}]
`
	file := func(password string) (File, Mask) {
		s := Source{Text: text, Answers: map[string]string{"PASSWORD": password}}
		f, err := s.ReadAgain("shop")
		if err != nil {
			t.Fatal(err)
		}
		return f, s.Mask("shop")
	}
	have, old := file("hunter2")
	want, fresh := file("swordfish")
	got, err := Compare(have, want, old.And(fresh))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Change{
		{"~", "config", "same", []string{"content: in what is not shown"}},
		{"~", "config", "site", []string{"content: in what is not shown"}},
		{"-", "service", "b-hunter2", nil},
		{"+", "service", "b-swordfish", []string{"image: b"}},
		{"~", "service", "web", []string{
			"command: - ***, + ***", "environment: - URL=db://me:***@db, - ***=1, + URL=db://me:***@db, + ***=1", "image: a:*** -> a:***", "working_dir: *** -> ***",
		}},
	}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
