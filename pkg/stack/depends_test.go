package stack

import (
	"slices"
	"strings"
	"testing"
)

func TestDependsOn(t *testing.T) {
	for text, want := range map[string]string{
		"{b: {condition: service_started, restart: true}, c: {condition: service_healthy, required: true}}": "b c",
		"{b: {required: false}, d: {condition: service_healthy, required: false}, c: }":                     "b c",
		"{d: {required: false}}":           "",
		"{d: {required: true}}":            `line 4: services.a: it depends on "d", which is not a service of this file`,
		"{b: *done}":                       "line 1: services.a.depends_on.b.condition: \"service_completed_successfully\" cannot be: a service does not complete; what is to run before another's start is an init container of it: sidekicks with init_container",
		"*all":                             "line 1: services.a.depends_on.c.condition: \"service_completed_successfully\" cannot be: a service does not complete; what is to run before another's start is an init container of it: sidekicks with init_container",
		"{b: {condition: service_helthy}}": `line 4: services.a.depends_on.b.condition: "service_helthy" is no condition, want service_started or service_healthy`,
		"{b: true}":                        "line 4: services.a.depends_on.b: want a mapping of keys",
		"{b: {required: perhaps}}":         `line 4: services.a.depends_on.b.required: "perhaps" is not true or false`,
		"{b: {when: ready}}":               `line 4: services.a.depends_on.b.when: the key "when" is not known here`,
	} {
		f, err := Read("x-done: &done {condition: service_completed_successfully}\nx-all: &all {c: *done}\nservices:\n  a: {image: a, depends_on: "+text+"}\n  b: {image: b}\n  c: {image: c}", nil)
		got := strings.Join(slices.Sorted(slices.Values(f.Services["a"].DependsOn)), " ")
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

// Docker restarts what depends on a service that is updated; who asks for it is told that nobody does here.
func TestDependsOnSaysThatNothingIsRestarted(t *testing.T) {
	for text, want := range map[string]string{
		"{b: {condition: service_started, restart: true}}":  `restart comes to nothing: "b" keeps its address when it is updated, and what depends on it runs on`,
		"{b: {condition: service_started, restart: false}}": "",
	} {
		f, err := Read("services: {a: {image: a, depends_on: "+text+"}, b: {image: b}}", nil)
		got := ""
		for _, note := range f.Notes {
			got += note.Text
		}
		if err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", text, got, err, want)
		}
	}
}
