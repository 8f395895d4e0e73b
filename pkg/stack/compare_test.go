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
	got, err := Compare(have, want)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Change{
		{"~", "config", "site", []string{"content: one -> two... (9 bytes)"}},
		{"~", "secret", "password", []string{"content: (not shown)"}},
		{"~", "secret", "theirs", []string{"external: + true"}},
		{"+", "volume", "data", []string{"size_in_gb: 3"}},
		{"+", "service", "new", []string{"image: b"}},
		{"-", "service", "old", nil},
		{"~", "service", "web", []string{"command: [x, y] -> [y, x]", "environment: - B=2, + B=3", "image: a:1 -> a:2", "revisions.v2.weight: 10 -> 20", "scale: - 2", "tty: + true"}},
	}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
