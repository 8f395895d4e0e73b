package lab

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestWrites(t *testing.T) {
	line := func(agent, verb, resource, sub, ns, name, query string) string {
		return `{"verb":"` + verb + `","userAgent":"` + agent + `","requestURI":"/x` + query + `","objectRef":{"resource":"` + resource +
			`","subresource":"` + sub + `","namespace":"` + ns + `","name":"` + name + `"}}` + "\n"
	}
	const rio = "kubectl-rio/v1 (weight)"
	log := line(rio, "patch", "virtualservices", "", "mine", "foobar", "?fieldManager=kubectl-rio") +
		line(rio, "create", "namespaces", "", "", "mine", "") +
		line(rio, "create", "namespaces", "", "", "other", "") +
		line(rio, "patch", "virtualservices", "", "mine", "foobar", "?dryRun=All") +
		line(rio, "patch", "deployments", "", "other", "foobar", "") +
		line(rio, "list", "deployments", "", "mine", "", "") +
		line(rio, "create", "pods", "portforward", "mine", "gw", "") +
		line("kubectl/v1.37", "delete", "services", "", "mine", "foobar", "") +
		line(rio, "delete", "services", "", "mine", "foobar-v2", "") +
		`{"verb":"patch"` // still being written
	got, err := Writes(strings.NewReader(log), "mine")
	want := []string{"patch virtualservices foobar", "create namespaces mine", "delete services foobar-v2"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	if _, err := Writes(strings.NewReader("no json\n"), "mine"); err == nil {
		t.Error("a broken log was read as one without writes")
	}
}

// The size of a log may be read while a line is half written.
func TestWritesSince(t *testing.T) {
	event := func(name string) string {
		return `{"verb":"create","userAgent":"kubectl-rio/v1","objectRef":{"resource":"services","namespace":"mine","name":"` + name + `"}}` + "\n"
	}
	path := filepath.Join(t.TempDir(), "audit.log")
	before := len(event("one"))
	if err := os.WriteFile(path, []byte(event("one")+event("two")+event("three")), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("RIO_AUDIT_LOG", path)
	for mark, want := range map[int][]string{
		0:                        {"create services one", "create services two", "create services three"},
		before - 1:               {"create services two", "create services three"},
		before:                   {"create services two", "create services three"},
		before + 1:               {"create services three"},
		before + len("two") + 40: {"create services three"},
	} {
		if got, err := WritesSince(int64(mark), "mine"); err != nil || !slices.Equal(got, want) {
			t.Errorf("behind %d: %q, %v, want %q", mark, got, err, want)
		}
	}
}
