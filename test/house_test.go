// Package test holds the house rules: what may import what, and how large things may
// grow. docs/design.md gives the reasons. Each rule is a test of its own.
package test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	module = "github.com/kubectl-rio/kubectl-rio"

	maxMeanLines = 110
	maxLines     = 300
	maxPackages  = 14
	minTests     = 0.87 // lines of tests and stories a line of code
	maxTests     = 1.5
)

// law says what a package must not import, itself or through others.
type law struct {
	direct    []string // standard library, of which others may well import it
	deps      []string // prefixes, also through others
	noClock   bool
	onlyTypes bool // nothing but the standard library and Kubernetes' types
}

var (
	clients = []string{"k8s.io/client-go/", "sigs.k8s.io/controller-runtime", "github.com/spf13/cobra", "k8s.io/cli-runtime/", "helm.sh/"}
	pure    = law{direct: []string{"os", "context", "net/http"}, deps: clients, noClock: true}
	laws    = map[string]law{
		"rio":          {direct: pure.direct, deps: clients, noClock: true, onlyTypes: true},
		"manifest":     pure,
		"plan":         pure,
		"spec":         pure,
		"stack":        pure,
		"printer":      pure,
		"admission":    pure,
		"cluster":      {deps: []string{"github.com/spf13/cobra", "helm.sh/", module + "/pkg/cli"}},
		"cli":          {deps: []string{"istio.io/client-go/pkg/clientset/"}},
		"controlplane": {direct: []string{"github.com/spf13/cobra"}, deps: []string{module + "/pkg/cli"}},
	}
)

// pkg is what go list says of a package.
type pkg struct {
	ImportPath    string
	Dir           string
	Imports, Deps []string
	GoFiles       []string
}

func listPackages(t *testing.T) map[string]pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,Imports,Deps,GoFiles", "./...")
	cmd.Dir = ".."
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, &stderr)
	}
	packages := map[string]pkg{}
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var p pkg
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		packages[strings.TrimPrefix(p.ImportPath, module+"/")] = p
	}
	return packages
}

func TestImportLaw(t *testing.T) {
	packages := listPackages(t)
	for name, l := range laws {
		t.Run(name, func(t *testing.T) {
			p, ok := packages["pkg/"+name]
			if !ok {
				t.Fatalf("there is no package pkg/%s", name)
			}
			for _, i := range p.Imports {
				if slices.Contains(l.direct, i) {
					t.Errorf("pkg/%s imports %q: that is for packages that know a cluster or a terminal", name, i)
				}
				if l.onlyTypes && strings.Contains(i, ".") && !strings.HasPrefix(i, "k8s.io/api/") && !strings.HasPrefix(i, "k8s.io/apimachinery/") {
					t.Errorf("pkg/%s imports %q: it may know the standard library and Kubernetes' API types only", name, i)
				}
			}
			for _, d := range p.Deps {
				if slices.ContainsFunc(l.deps, func(prefix string) bool { return strings.HasPrefix(d+"/", prefix) }) {
					t.Errorf("pkg/%s depends on %q; see with: go list -deps ./pkg/%s", name, d, name)
				}
			}
			for _, file := range p.GoFiles {
				if l.noClock {
					forbid(t, filepath.Join(p.Dir, file), "is for packages that may know what time it is: take it as an argument",
						"time.Now", "time.Since", "time.Until", "time.After", "time.Sleep", "time.NewTimer", "time.NewTicker")
				}
			}
		})
	}
}

func TestNumberOfPackages(t *testing.T) {
	var names []string
	for name := range listPackages(t) {
		if name != "test" && !strings.HasPrefix(name, "test/") {
			names = append(names, name)
		}
	}
	if len(names) > maxPackages {
		slices.Sort(names)
		t.Errorf("%d packages outside of test, want at most %d: %s", len(names), maxPackages, strings.Join(names, " "))
	}
}

// source is a file that people write.
type source struct {
	path  string // from the top of the repository
	lines int
}

func (s source) isTest() bool {
	return strings.HasSuffix(s.path, "_test.go") || strings.HasSuffix(s.path, ".txtar")
}

func (s source) inTest() bool { return strings.HasPrefix(s.path, "test/") }

func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	err := fs.WalkDir(os.DirFS(".."), ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (path == "bin" || path == "dist" || path != "." && strings.HasPrefix(d.Name(), ".")):
			return fs.SkipDir
		case filepath.Ext(path) != ".go" && filepath.Ext(path) != ".txtar":
			return nil
		}
		content, err := os.ReadFile(filepath.Join("..", path))
		if err == nil && !ast.IsGenerated(parse(t, path, content)) {
			all = append(all, source{path, bytes.Count(content, []byte("\n"))})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// parse gives an empty file for what is not Go.
func parse(t *testing.T, path string, content []byte) *ast.File {
	t.Helper()
	if filepath.Ext(path) != ".go" {
		return &ast.File{}
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, content, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestFilesAreSmall(t *testing.T) {
	files, lines := map[string]int{}, map[string]int{}
	for _, s := range sources(t) {
		if filepath.Ext(s.path) != ".go" {
			continue
		}
		kind := "code"
		if s.inTest() || s.isTest() {
			kind = "tests"
		}
		files[kind], lines[kind] = files[kind]+1, lines[kind]+s.lines
		if s.lines > maxLines {
			t.Errorf("%s has %d lines, want at most %d: what in it could stand alone?", s.path, s.lines, maxLines)
		}
	}
	for kind, n := range files {
		if mean := float64(lines[kind]) / float64(n); mean > maxMeanLines {
			t.Errorf("the mean Go file of %s has %.1f lines, want at most %d", kind, mean, maxMeanLines)
		}
	}
}

func TestAsMuchTestAsCode(t *testing.T) {
	var tests, code int
	for _, s := range sources(t) {
		switch {
		case s.isTest():
			tests += s.lines
		case !s.inTest():
			code += s.lines
		}
	}
	if ratio := float64(tests) / float64(code); ratio < minTests || ratio > maxTests {
		t.Errorf("%d lines of tests and stories for %d lines of code, %.2f to one; want %.2f to %.2f", tests, code, ratio, minTests, maxTests)
	}
}

func TestForbiddenCalls(t *testing.T) {
	for _, s := range sources(t) {
		if s.isTest() {
			continue
		}
		path := filepath.Join("..", s.path)
		forbid(t, path, "hides from the reader when it runs, or ends what others began", "init", "panic")
		if s.inTest() {
			continue
		}
		forbid(t, path, "leaves its caller no way to end it", "context.TODO")
		if s.path != "cmd/kubectl-rio/main.go" && s.path != "cmd/rio-webhook/main.go" {
			forbid(t, path, "ends the program: that is for the two mains", "os.Exit", "log.Fatal", "log.Fatalf", "cobra.CheckErr")
		}
	}
}

// forbid reports functions of those names that a file declares or calls.
func forbid(t *testing.T, path, why string, names ...string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parse(t, path, content), func(n ast.Node) bool {
		name := ""
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Recv == nil {
				name = n.Name.Name
			}
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok {
				name = id.Name
			}
		case *ast.SelectorExpr: // also where it is only passed on
			if id, ok := n.X.(*ast.Ident); ok {
				name = id.Name + "." + n.Sel.Name
			}
		}
		if slices.Contains(names, name) {
			t.Errorf("%s: %s %s", path, name, why)
		}
		return true
	})
}
