package cli

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func refOf(t *testing.T, s string) rio.Ref {
	t.Helper()
	r, err := rio.ParseRef(s, "default")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestOneCommandShowsOrSets(t *testing.T) {
	show, set, err := splitShown([]string{"foobar", "other"})
	if err != nil || len(set) > 0 || !slices.Equal(show, []string{"foobar", "other"}) {
		t.Errorf("got %v, %v, %v", show, set, err)
	}
	show, set, err = splitShown([]string{"foobar:v2=30%"})
	if err != nil || len(show) > 0 || !slices.Equal(set, []string{"foobar:v2=30%"}) {
		t.Errorf("got %v, %v, %v", show, set, err)
	}
	if _, _, err = splitShown([]string{"foobar", "other:v2=1"}); codeOf(err) != exitUsage {
		t.Errorf("both at once: %v", err)
	}
}

func TestLogOptions(t *testing.T) {
	now := time.Date(2018, 10, 3, 12, 0, 0, 0, time.UTC)
	o, err := (&logFlags{tail: 200, since: "10m", follow: true}).options(now)
	if err != nil {
		t.Fatal(err)
	}
	if *o.TailLines != 200 || !o.Follow || *o.SinceSeconds != 600 || o.SinceTime != nil {
		t.Errorf("got %+v", o)
	}
	for text, want := range map[string]int64{"0s": 1, "200ms": 1, "1500ms": 2} {
		if o, err := (&logFlags{since: text}).options(now); err != nil || *o.SinceSeconds != want {
			t.Errorf("%s: got %+v, %v, want %d s", text, o, err, want)
		}
	}
	o, err = (&logFlags{tail: -1, since: "2018-10-03T11:00:00Z", timestamps: true}).options(now)
	if err != nil || o.TailLines != nil || !o.Timestamps || !o.SinceTime.Time.Equal(now.Add(-time.Hour)) {
		t.Errorf("got %+v, %v", o, err)
	}
	var n lineCount
	if err := n.Set("all"); err != nil || n != -1 {
		t.Errorf("all is %d, %v", n, err)
	}
	if err := n.Set("every"); err == nil || err.Error() != "want a number of lines, or all" {
		t.Errorf("every is %d, %v", n, err)
	}
	for _, bad := range []logFlags{{tail: -2}, {since: "yesterday"}} {
		if _, err := bad.options(now); codeOf(err) != exitUsage {
			t.Errorf("%+v: got %v, want an error of usage", bad, err)
		}
	}
}

func TestDashesBeforeTheContainersArguments(t *testing.T) {
	for _, tc := range []struct{ args, want string }{
		{"-- sh -c x", "sh -c x"}, {"sh -- x", "sh -- x"}, {"", ""},
	} {
		if got := strings.Join(afterDashes(strings.Fields(tc.args)), " "); got != tc.want {
			t.Errorf("%q became %q, want %q", tc.args, got, tc.want)
		}
	}
}

func TestListFormatsAreCheckedFirst(t *testing.T) {
	for _, good := range []form{
		{}, {output: "wide"}, {output: "name"}, {output: "json"}, {output: "yaml"}, {output: "jsonpath={.items}"},
		{output: "custom-columns=N:.name"}, {format: "json"}, {format: "yaml"}, {format: "{{.name}} {{ago .created}}"},
	} {
		if err := good.validate(); err != nil {
			t.Errorf("%+v: %v", good, err)
		}
	}
	for _, bad := range []form{{output: "xml"}, {format: "{{.name"}, {format: "json", output: "json"}, {format: "{{nope .}}"}} {
		if err := bad.validate(); codeOf(err) != exitUsage {
			t.Errorf("%+v: got %v, want an error of usage", bad, err)
		}
	}
}
