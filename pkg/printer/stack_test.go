package printer_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

func TestStack(t *testing.T) {
	many := make([]string, 14)
	for i := range many {
		many[i] = fmt.Sprintf("a%d: 1", i)
	}
	changes := []stack.Change{
		{Op: "+", Kind: "config", Name: "site", Fields: []string{"content: x"}},
		{Op: "~", Kind: "service", Name: "web", Fields: []string{"image: a -> \x1b[31mb"}},
		{Op: "~", Kind: "service", Name: "all", Fields: many},
		{Op: "-", Kind: "service", Name: "old"},
	}
	var plain, coloured bytes.Buffer
	if err := printer.Stack(&plain, "shop", changes, false); err != nil {
		t.Fatal(err)
	}
	want := "stack shop: 1 added, 2 changed, 1 removed\n+ config site\n    content: x\n~ service web\n    image: a -> " + printer.Clean("\x1b[31mb") +
		"\n~ service all\n    " + strings.Join(many[:12], "\n    ") + "\n    and 2 more\n- service old\n"
	if diff := cmp.Diff(want, plain.String()); diff != "" {
		t.Error(diff)
	}
	if err := printer.Stack(&coloured, "shop", changes[3:], true); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("stack shop: 0 added, 0 changed, 1 removed\n\x1b[31m- service old\x1b[0m\n", coloured.String()); diff != "" {
		t.Error(diff)
	}
}

func TestStackTable(t *testing.T) {
	now := time.Date(2018, 10, 3, 12, 0, 0, 0, time.UTC)
	rows := printer.Stacks([]rio.Stack{
		{Name: "old", Created: now.Add(-time.Hour), Description: "the old shop"},
		{Name: "new", Created: now.Add(-time.Minute), Removing: true},
	})
	var b bytes.Buffer
	if err := printer.StackTable(&b, rows, now, false); err != nil {
		t.Fatal(err)
	}
	want := "NAME      STATE      CREATED              DESC           DETAIL\n" +
		"new       removing   About a minute ago                  \n" +
		"old       active     About an hour ago    the old shop   \n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}
