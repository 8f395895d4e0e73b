package printer_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestFindings(t *testing.T) {
	list := []rio.Finding{
		rio.Fine("gateway", "rio-system/rio-gateway port 80, 2/2 pods"),
		{Link: "nodes", Level: rio.LevelWarn, Text: `node "a" is not ready`},
		{Link: "pods", Revision: "v2", Level: rio.LevelFail, Text: "30% of traffic, 0/1 ready", Fix: "kubectl rio weight foobar:v2=0%",
			Details: []rio.Detail{{Name: "last log", Text: "bind: \x1b[31mpermission denied"}}},
		{Link: "answer", Level: rio.LevelFail, Text: "503"},
	}
	rio.MarkFirst(list)
	want := "" +
		"ok    gateway   rio-system/rio-gateway port 80, 2/2 pods\n" +
		"warn  nodes     node \"a\" is not ready\n" +
		"FAIL  v2        30% of traffic, 0/1 ready\n" +
		"      last log  bind:  [31mpermission denied\n" +
		"      fix       kubectl rio weight foobar:v2=0%\n" +
		"fail  answer    503\n"
	var b bytes.Buffer
	if err := printer.Findings(&b, list); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
	list[0].Link = strings.Repeat("l", 12)
	b.Reset()
	if err := printer.Findings(&b, list[:2]); err != nil {
		t.Fatal(err)
	}
	if got, want := b.String(), "ok    llllllllllll  rio-system/rio-gateway port 80, 2/2 pods\nwarn  nodes         node \"a\" is not ready\n"; got != want {
		t.Errorf("a long name moves the column for all: %q", got)
	}
	if err := printer.Findings(closed{}, list); err == nil {
		t.Error("a failed write is hidden")
	}
}
