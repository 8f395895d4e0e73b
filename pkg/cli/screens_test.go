package cli

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

var update = flag.Bool("update", false, "write the screens anew")

// Each file of testdata is played against one store. A section "$ COMMAND" is what that
// command leaves behind: its standard output as it is, "! " before lines of standard error,
// "> " before what it wrote, and the exit code last unless it is 0. "given COMMAND" puts into
// the store what the command would write, without its waits; "objects" are put there too,
// "faults" is what the store answers instead, "env" sets variables. Other sections are files.
func TestScreens(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		path, err := filepath.Abs(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { playScreens(t, path) })
	}
}

func playScreens(t *testing.T, path string) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := newStore()
	fill(t, s, []byte(gatewaySettings))
	server := httptest.NewServer(s)
	defer server.Close()
	t.Chdir(t.TempDir())
	for i, f := range archive.Files {
		command, ok := strings.CutPrefix(f.Name, "$ ")
		switch {
		case ok:
			got := screenOf(t, s, server.URL, command)
			if *update {
				archive.Files[i].Data = []byte(got)
			} else if diff := cmp.Diff(string(f.Data), got); diff != "" {
				t.Errorf("%s: %s", f.Name, diff)
			}
		case strings.HasPrefix(f.Name, "given "):
			given(t, s, server.URL, f.Name)
		case f.Name == "env":
			for line := range strings.Lines(string(f.Data)) {
				name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
				t.Setenv(name, value)
			}
		case f.Name == "objects":
			fill(t, s, f.Data)
		case f.Name == "faults":
			s.faults = map[string]metav1.Status{}
			if err := yaml.Unmarshal(f.Data, &s.faults); err != nil {
				t.Fatal(err)
			}
		default:
			if err := os.MkdirAll(filepath.Dir(f.Name), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(f.Name, f.Data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if *update {
		if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// gatewaySettings are what kubectl rio install leaves for everybody to read.
const gatewaySettings = `
/api/v1/namespaces/rio-defaults/configmaps/rio:
  apiVersion: v1
  kind: ConfigMap
  metadata: {name: rio, namespace: rio-defaults}
  data: {domain: example.com, gateway: rio-system/rio-gateway, ports: 80/http}
`

// fill puts objects into a store, by path.
func fill(t *testing.T, s *store, text []byte) {
	t.Helper()
	objects := map[string]map[string]any{}
	if err := yaml.Unmarshal(text, &objects); err != nil {
		t.Fatal(err)
	}
	for path, o := range objects {
		s.keep(path, o)
	}
}

// given puts the objects that a command would write into a store.
func given(t *testing.T, s *store, url, command string) {
	t.Helper()
	args := shellWords(strings.TrimPrefix(command, "given "))
	verb := 1
	if slices.Contains([]string{"config", "route", "secret", "stack", "volume"}, args[0]) {
		verb = 2
	}
	args = slices.Insert(args, verb, "--dry-run", "-o", "json", "-q") // what stands behind an image is its own
	got := runAgainst(t, url, args...)
	if got.Code != 0 {
		t.Fatalf("%s: %s", command, got.Err)
	}
	for d := json.NewDecoder(strings.NewReader(got.Out)); d.More(); {
		var o map[string]any
		if err := d.Decode(&o); err != nil {
			t.Fatal(err)
		}
		kind, version, meta := fmt.Sprint(o["kind"]), fmt.Sprint(o["apiVersion"]), asObject(o["metadata"])
		root := "/apis/"
		if version == "v1" {
			root = "/api/"
		}
		if kind == "Namespace" {
			s.keep(fmt.Sprintf("/api/v1/namespaces/%s", meta["name"]), o)
			continue
		}
		s.keep(fmt.Sprintf("%s%s/namespaces/%s/%ss/%s", root, version, meta["namespace"], strings.ToLower(kind), meta["name"]), o)
	}
}

// What differs from one run to the next.
var temporary = regexp.MustCompile(`\S*kubectl-rio-edit-\S*`)
var took = regexp.MustCompile(`\d+\.\ds\n`) // a machine may be slow
var sometime = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)

func screenOf(t *testing.T, s *store, url, command string) string {
	t.Helper()
	s.writes = nil
	got := runAgainst(t, url, shellWords(command)...)
	text := got.Out
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "(no newline)\n"
	}
	got.Err = took.ReplaceAllString(temporary.ReplaceAllString(got.Err, "TEMPORARY"), "0.0s\n")
	for line := range strings.Lines(got.Err) {
		if strings.Contains(line, "annotations.rio.cattle.io/changed-at: ") {
			continue // it differs only where a second has passed
		}
		text += "! " + strings.TrimSuffix(line, "\n") + "\n"
	}
	for _, w := range s.writes {
		text += "> " + w + "\n"
	}
	if got.Code != 0 {
		text += fmt.Sprintf("exit %d\n", got.Code)
	}
	return sometime.ReplaceAllString(strings.ReplaceAll(text, url, "SERVER"), "SOMETIME")
}

var word = regexp.MustCompile(`([^\s']|'[^']*')+`)

// shellWords are those of a command line; single quotes keep one together.
func shellWords(line string) []string {
	var all []string
	for _, w := range word.FindAllString(line, -1) {
		all = append(all, strings.ReplaceAll(w, "'", ""))
	}
	return all
}
