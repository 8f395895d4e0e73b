package test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// namedTest is a test or a story that a document names.
var namedTest = regexp.MustCompile("`(Test[A-Za-z0-9]+)`|([a-z-]+\\.txtar)")

// TestCompatibilityIsShown wants each row of docs/compatibility.md to have a status and a
// test that exists; only what is dropped has none.
func TestCompatibilityIsShown(t *testing.T) {
	tests := theTests(t)
	page, err := os.ReadFile("../docs/compatibility.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(strings.ReplaceAll(strings.TrimSpace(line), `\|`, "or"), "|")
		if len(cells) == 1 || strings.HasPrefix(cells[1], "---") || cells[2] == " status " {
			continue
		}
		rows++
		if len(cells) != 5 || strings.TrimSpace(cells[2]) == "" {
			t.Errorf("not what, status and test: %s", line)
			continue
		}
		named := namedTest.FindAllStringSubmatch(cells[3], -1)
		if len(named) == 0 && !strings.Contains(cells[2], "dropped") {
			t.Errorf("nothing shows it: %s", line)
		}
		for _, n := range named {
			switch name := n[1] + n[2]; {
			case name == "TestScreens":
				t.Errorf("that is all screens; name the one that shows it: %s", line)
			case !tests[name]:
				t.Errorf("there is no %s: %s", name, line)
			}
		}
	}
	if rows < 100 {
		t.Errorf("%d rows are read", rows)
	}
}

// theTests are the names of all test functions and stories.
func theTests(t *testing.T) map[string]bool {
	t.Helper()
	function := regexp.MustCompile(`(?m)^func (Test[A-Za-z0-9]+)\(`)
	tests := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if strings.HasSuffix(path, ".txtar") {
			tests[filepath.Base(path)] = true
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		source, err := os.ReadFile(path)
		for _, m := range function.FindAllStringSubmatch(string(source), -1) {
			tests[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tests
}
