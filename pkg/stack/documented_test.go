package stack

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Whoever writes a file finds each key that means something in docs/stack-files.md, or by the name of
// its field in docs/schema.md: what is in neither is thought to be an error.
func TestEachKeyIsInTheDocument(t *testing.T) {
	named := map[string]bool{}
	for _, page := range []string{"stack-files.md", "schema.md"} {
		raw, err := os.ReadFile("../../docs/" + page)
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range regexp.MustCompile("(?s)```.*?```|`[^`]+`").FindAllString(string(raw), -1) {
			for _, word := range regexp.MustCompile(`[A-Za-z0-9_]+`).FindAllString(code, -1) {
				named[camel(word)] = true
			}
		}
	}
	for kind, all := range tables() {
		means := map[string]bool{}
		for _, table := range slices.Backward(all) { // of several the first counts
			for name, k := range table {
				means[name] = k.why == ""
			}
		}
		for f := range kind.Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if _, said := means[name]; name != "" && name != "-" && !said {
				means[name] = true
			}
		}
		for name, means := range means {
			if means && !named[name] {
				t.Errorf("%s of %s is read and in no document", name, kind)
			}
		}
	}
}
