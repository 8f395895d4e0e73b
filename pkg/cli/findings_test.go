package cli

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// The document is documented: a change of a name here breaks somebody's script.
func TestFindingsAsADocument(t *testing.T) {
	found := []rio.Finding{
		rio.Fine(rio.LinkRoute, "virtualservice/foobar"),
		{ID: "crash", Link: rio.LinkPods, Revision: "v2", Level: rio.LevelFail, Text: "0/1 ready", Fix: "kubectl rio logs foobar:v2", Details: []rio.Detail{{Name: "last log", Text: "oh"}}},
	}
	rio.MarkFirst(found)
	for output, want := range map[string]string{
		"": "http://foobar.example.com\n" +
			"ok    route     virtualservice/foobar\n" +
			"FAIL  v2        0/1 ready\n" +
			"      last log  oh\n" +
			"      fix       kubectl rio logs foobar:v2\n",
		"yaml": `apiVersion: rio.cattle.io/v1
items:
- id: route
  level: ok
  link: route
  text: virtualservice/foobar
- details:
  - name: last log
    text: oh
  first: true
  fix: kubectl rio logs foobar:v2
  id: crash
  level: fail
  link: pods
  revision: v2
  text: 0/1 ready
kind: Why
ok: false
subject: default:foobar
url: http://foobar.example.com
`,
		`jsonpath={.items[?(@.level=="fail")].id}`: "crash",
	} {
		t.Run(output, func(t *testing.T) {
			streams, _, out, _ := genericiooptions.NewTestIOStreams()
			flags := findingFlags{output: output}
			if err := flags.validate(); err != nil {
				t.Fatal(err)
			}
			if err := flags.print(NewOptions(streams), "Why", "default:foobar", "http://foobar.example.com", found); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, out.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBroken(t *testing.T) {
	found := []rio.Finding{{Link: "dns", Level: rio.LevelWarn}, {Link: "pods", Revision: "v2", Level: rio.LevelFail}, {Link: "route", Level: rio.LevelFail}}
	rio.MarkFirst(found)
	if err := broken(found, "the way"); err == nil || !strings.HasPrefix(err.Error(), `the way is broken at "v2" (2 findings); `) {
		t.Error(err)
	}
	if err := broken(found[:1], "the way"); err != nil {
		t.Errorf("a warning is no error: %v", err)
	}
}

func TestFindingsOutputIsChecked(t *testing.T) {
	for _, args := range []string{"why foobar -o wide", "check -o name", "check -o nonsense", "check now", "why", "why a b"} {
		if got := try(t, strings.Fields(args)...); got.Code != exitUsage || got.Out != "" {
			t.Errorf("%s: exit code %d, %q", args, got.Code, got.Out)
		}
	}
}
