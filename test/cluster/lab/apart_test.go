package lab

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/test/invariant"
)

func TestApart(t *testing.T) {
	events := []invariant.Event{{Object: istioRule("a")}, {Object: istioRule("a-b")}}
	one := "apiVersion: v1\nmetadata: {namespace: a}\nhosts: [foobar, foobar.a.example.com, foobar.a-b.svc.cluster.local, other.c.example.com]\ngateways: [rio-system/a]\n"
	two := "namespace: a-b\nto: a/foobar.a\n"
	got := apart([]routingState{{documents: []string{one, two}}, {documents: []string{two}}}, events)
	want := []string{
		"apiVersion: v1\nmetadata: {namespace: a-s0}\nhosts: [foobar, foobar.a-s0.example.com, foobar.a-b-s0.svc.cluster.local, other.c.example.com]\ngateways: [rio-system/a-s0]\n",
		"namespace: a-b-s0\nto: a-s0/foobar.a-s0\n",
		"namespace: a-b-s1\nto: a-s1/foobar.a-s1\n",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("documents (-want +got):\n%s", diff)
	}
}

// fakeIstioctl finds subset "bad" to be wrong, and a host that two routes have; it breaks off
// where subset "heavy" is there twice.
const fakeIstioctl = `#!/bin/sh
input=$(cat)
echo "$1" >> "$CALLS"
[ "$1" = analyze ] || exit 0
found() { echo "$input" | grep -c "$1"; }
[ "$(found 'subset: heavy')" -lt 2 ] || exit 70
[ "$(found 'subset: bad')" -eq 0 ] || echo "Error [IST0101] bad"
[ "$(found 'www.example.org')" -lt 2 ] || echo "Warning [IST0109] twice"
exit 0
`

func TestIstioctlIsAskedOnceWhereNothingIsWrong(t *testing.T) {
	for sentence, tc := range map[string]struct {
		routes []string // the subset of each version
		host   string   // of all of them
		want   []string
		runs   int // of analyze
	}{
		"nothing is":                           {[]string{"latest", "v2", "v3"}, "", nil, 1},
		"one version is":                       {[]string{"latest", "bad", "v3"}, "", []string{"at version 2: Error [IST0101] bad"}, 5},
		"versions are, beside each other only": {[]string{"latest", "v2"}, "www.example.org", nil, 4},
		"together they are too much":           {[]string{"heavy", "v2", "heavy"}, "", nil, 4},
	} {
		t.Run(sentence, func(t *testing.T) {
			dir := t.TempDir()
			calls := filepath.Join(dir, "calls")
			if err := os.WriteFile(filepath.Join(dir, "istioctl"), []byte(fakeIstioctl), 0o700); err != nil {
				t.Fatal(err)
			}
			t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
			t.Setenv("CALLS", calls)
			events := []invariant.Event{{Revision: 9, Object: istioRule("a", "latest")}}
			for i, subset := range tc.routes {
				route := istioRoute("a", subset)
				if tc.host != "" {
					route.Spec.Hosts = append(route.Spec.Hosts, tc.host)
				}
				events = append(events, invariant.Event{Revision: uint64(i + 1), Object: manifest.Object(route)})
			}
			problems, err := Istioctl(t.Context(), Kubectl{}, events)
			if err != nil || !slices.Equal(problems, tc.want) {
				t.Errorf("got %q, %v, want %q", problems, err, tc.want)
			}
			out, err := os.ReadFile(calls)
			if want := "validate\n" + strings.Repeat("analyze\n", tc.runs); string(out) != want {
				t.Errorf("asked %q, want %q; %v", out, want, err)
			}
		})
	}
}
