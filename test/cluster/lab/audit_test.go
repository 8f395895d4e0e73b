package lab

import (
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
