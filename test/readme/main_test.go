package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

func TestWrite(t *testing.T) {
	const readme = "# Chart\n\n" + begin + "old\n" + end + "\nThe end.\n"
	tests := map[string]struct {
		readme, values string
		want           string // of the table, or of the error
		fails          bool
	}{
		"scalars, in order": {readme, "# The\n# first.\nb: \"\"\n\n# a|b\na: 1\n",
			"| `b` | `\"\"` | The first. |\n| `a` | `1` | a\\|b |\n", false},
		"a section has rows, what is told as a whole is one": {readme, "s:\n  # One.\n  a: true\n  # Whole.\n  w:\n    x: {y: 50m}\n  # Some.\n  l:\n    - p: 80\n",
			"| `s.a` | `true` | One. |\n| `s.w` | `{x: {y: 50m}}` | Whole. |\n| `s.l` | `[{p: 80}]` | Some. |\n", false},
		"a value that nobody tells": {readme, "s:\n  # One.\n  a: 1\n  b: 2\n", `line 4: value "s.b" has no comment`, true},
		"an empty section":          {readme, "s: {}\n", `value "s" has no comment`, true},
		"no place for it":           {"# Chart\n", "# One.\na: 1\n", "no place for the values", true},
		"no values":                 {readme, "", "holds no values", true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := write([]byte(test.readme), []byte(test.values))
			if test.fails {
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("got error %v, want one with %q", err, test.want)
				}
				return
			}
			want := "# Chart\n\n" + begin + "| value | default | |\n|---|---|---|\n" + test.want + end + "\nThe end.\n"
			if diff := cmp.Diff(want, string(got)); err != nil || diff != "" {
				t.Error(err, diff)
			}
			again, err := write(got, []byte(test.values))
			if err != nil || string(again) != string(got) {
				t.Errorf("twice is not once: %v", err)
			}
		})
	}
}

// TestREADME is for those who do not run make verify.
func TestREADME(t *testing.T) {
	chart := filepath.Join("..", "..", "charts", "rio")
	values, err := os.ReadFile(filepath.Join(chart, "values.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(filepath.Join(chart, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := write(readme, values)
	if diff := cmp.Diff(string(want), string(readme)); err != nil || diff != "" {
		t.Errorf("the README is old; write it anew: go generate ./charts\n%v %s", err, diff)
	}
}

// schema is the part of a JSON schema that says which values there are.
type schema struct {
	Properties map[string]schema `json:"properties"`
	Additional any               `json:"additionalProperties"`
	Ref        string            `json:"$ref"`
}

// TestSchemaKnowsTheValues wants each value in the schema, each of the schema in the values,
// and no object in it that takes any name.
func TestSchemaKnowsTheValues(t *testing.T) {
	chart := filepath.Join("..", "..", "charts", "rio")
	raw, err := os.ReadFile(filepath.Join(chart, "values.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	var top schema
	if err := json.Unmarshal(raw, &top); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(chart, "values.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var values map[string]any
	if err := yaml.Unmarshal(text, &values); err != nil {
		t.Fatal(err)
	}
	delete(top.Properties, "global") // Helm's own
	compare(t, "", top, values)
}

func compare(t *testing.T, path string, s schema, values map[string]any) {
	t.Helper()
	if s.Additional != false {
		t.Errorf("schema of %q takes any name: want additionalProperties false", path)
	}
	for name, property := range s.Properties {
		value, ok := values[name]
		if !ok {
			t.Errorf("%s.%s is in the schema and has no default", path, name)
		}
		if section, ok := value.(map[string]any); ok && property.Ref == "" {
			compare(t, path+"."+name, property, section)
		}
	}
	for name := range values {
		if _, ok := s.Properties[name]; !ok {
			t.Errorf("%s.%s has a default and is not in the schema", path, name)
		}
	}
}
