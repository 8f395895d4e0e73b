package rio_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// readsBack wants of a parser that what it takes is the same when it is printed and read
// again, and that what it refuses is not said with nothing.
func readsBack[T fmt.Stringer](t *testing.T, in string, parse func(string) (T, error)) {
	t.Helper()
	first, err := parse(in)
	if err != nil {
		if err.Error() == "" {
			t.Fatalf("%q is refused with no word", in)
		}
		return
	}
	second, err := parse(first.String())
	if err != nil {
		t.Fatalf("%q is taken, and its form %q is not: %v", in, first, err)
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Fatalf("%q, printed as %q: %s", in, first, diff)
	}
}

// Every parser of one word is given the same words: what one takes, another must refuse or
// read as its own.
func FuzzParsersReadBack(f *testing.F) {
	for _, s := range []string{
		"", "=", ":", "/", "*", "regexp(.*)", "regex(a|b)", "a*", "a", "header:x-canary=1", "cookie:beta=1", "from:shop/front", "from:front:v2", "header:x=", "cookie:=1",
		"read pods", "write apps/deployments web", "read,create pods", "role=view", "rule=get url=/healthz", "* *", "get /pods/log", "errors>1%", "p95>500ms", "p99>1s", "errors>", "p95>5",
		"0", "3", "2-5", "5-2", "2-", "-", "www.example.org/new", "/new", "www", "a b", "web,weight=30%", "shop/web:v2,port=81,weight=5%", "web,", "\x00", "ä",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		readsBack(t, in, func(s string) (rio.Match, error) { return rio.ParseMatch(s, "shop") })
		readsBack(t, in, rio.ParsePermission)
		readsBack(t, in, rio.ParsePattern)
		readsBack(t, in, rio.ParseGate)
		readsBack(t, in, rio.ParseRange)
		readsBack(t, in, rio.ParseHostPath)
		readsBack(t, in, func(s string) (rio.RouteTarget, error) { return rio.ParseRouteTarget(s, "shop", "shop") })
	})
}
