package manifest_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"
	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/test/gen"
)

// What is rendered is read back, and every route's weights sum to 100.
func TestRoutesAreReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := gen.RouteSet().Draw(t, "set")
		objects := manifest.RenderRoutes(set)
		read := manifest.ParseRoutes(objects)
		if len(read) != 1 {
			t.Fatalf("%d sets", len(read))
		}
		if diff := cmp.Diff(set, read[0]); diff != "" {
			t.Fatal(diff)
		}
		for _, o := range objects {
			vs, ok := o.(*istio.VirtualService)
			if !ok {
				continue
			}
			if merged := manifest.Merge(vs, vs.DeepCopy()).(*istio.VirtualService); len(merged.Spec.Http) != len(vs.Spec.Http) {
				t.Fatalf("merged with itself it has %d routes instead of %d", len(merged.Spec.Http), len(vs.Spec.Http))
			}
			for _, h := range vs.Spec.Http {
				sum := int32(0)
				for _, d := range h.Route {
					sum += d.Weight
				}
				if h.Redirect == nil && sum != 100 {
					t.Fatalf("route %s: weights sum to %d", h.Name, sum)
				}
			}
		}
	})
}

// Envoy replaces the prefix that it matched, or a whole path, or what an expression finds.
func TestRewritesJoinPaths(t *testing.T) {
	for sentence, c := range map[string]struct {
		match            *rio.Pattern
		path, from, want string
	}{
		"all paths":                           {nil, "/v2", "/x", "/v2/x"},
		"any path":                            {&rio.Pattern{}, "/v2", "/x", "/v2/x"},
		"all paths, to the root":              {nil, "/", "/x", "/x"},
		"a prefix with a slash":               {&rio.Pattern{Prefix: "/v1/"}, "/v2", "/v1/x", "/v2/x"},
		"both with a slash":                   {&rio.Pattern{Prefix: "/v1/"}, "/v2/", "/v1/x", "/v2/x"},
		"neither with a slash":                {&rio.Pattern{Prefix: "/v1"}, "/v2", "/v1/x", "/v2/x"},
		"a prefix to the root":                {&rio.Pattern{Prefix: "/v1"}, "/", "/v1/x", "/x"},
		"a prefix alone to the root":          {&rio.Pattern{Prefix: "/v1"}, "/", "/v1", "/"},
		"a prefix to a path with a slash":     {&rio.Pattern{Prefix: "/v1"}, "/v2/", "/v1/x/v1/y", "/v2/x/v1/y"},
		"a prefix that looks like expression": {&rio.Pattern{Prefix: "/v1.(a)"}, `/\1/`, "/v1.(a)/x", `/\1/x`},
		"one path":                            {&rio.Pattern{Exact: "/v1"}, "/", "/v1", "/"},
		"an expression":                       {&rio.Pattern{Regexp: "/[cd]"}, "/v2", "/c", "/v2"},
		"no path":                             {&rio.Pattern{Prefix: "/v1"}, "", "/v1/x", "/v1/x"},
	} {
		t.Run(sentence, func(t *testing.T) {
			set := rio.RouteSet{Namespace: "default", Name: "www", Routes: []rio.Route{{
				Matches: []rio.RouteMatch{{Path: c.match}}, Rewrite: &rio.HostPath{Host: "api", Path: c.path}, To: []rio.RouteTarget{{Service: "api"}},
			}}}.Normal()
			objects := manifest.RenderRoutes(set)
			if got := rewritten(t, objects, c.from); got != c.want {
				t.Errorf("%s becomes %s, want %s", c.from, got, c.want)
			}
			if diff := cmp.Diff([]rio.RouteSet{set}, manifest.ParseRoutes(objects)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// rewritten is what Envoy makes of a path.
func rewritten(t *testing.T, objects []manifest.Object, path string) string {
	t.Helper()
	h := objects[1].(*istio.VirtualService).Spec.Http[0]
	var uri *networking.StringMatch
	if len(h.Match) > 0 {
		uri = h.Match[0].Uri
	}
	to := h.Rewrite
	switch {
	case to.UriRegexRewrite != nil && to.Uri != "":
		t.Fatal("Istio takes one of two rewrites only")
	case to.UriRegexRewrite != nil:
		found := regexp.MustCompile(to.UriRegexRewrite.Match).FindStringSubmatch(path)
		return strings.NewReplacer(`\\`, `\`, `\1`, found[1]).Replace(to.UriRegexRewrite.Rewrite) + strings.TrimPrefix(path, found[0])
	case to.Uri == "":
		return path
	case uri.GetExact() != "" || uri.GetRegex() != "":
		return to.Uri
	}
	prefix := "/"
	if uri != nil {
		prefix = uri.GetPrefix()
	}
	return to.Uri + strings.TrimPrefix(path, prefix)
}

func TestCookiesInAnyOrder(t *testing.T) {
	set := rio.RouteSet{Namespace: "default", Name: "www", Routes: []rio.Route{{
		Matches: []rio.RouteMatch{{Cookies: map[string]rio.Pattern{"a": {Exact: "1"}, "b": {Prefix: "x"}, "c": {}}}},
		To:      []rio.RouteTarget{{Service: "web"}},
	}}}
	var expression string
	for _, o := range manifest.RenderRoutes(set) {
		if vs, ok := o.(*istio.VirtualService); ok {
			expression = vs.Spec.Http[0].Match[0].Headers["cookie"].GetRegex()
		}
	}
	whole := regexp.MustCompile("^(?:" + expression + ")$")
	for header, want := range map[string]bool{
		"a=1; b=xy; c=": true, "c=9; b=x; a=1": true, "z=0; b=x; a=1; q=2; c=3; y=1": true,
		"a=1; b=y; c=1": false, "a=12; b=x; c=1": false, "a=1; b=x": false, "za=1; b=x; c=1": false,
	} {
		if whole.MatchString(header) != want {
			t.Errorf("%q: want %t", header, want)
		}
	}
}

// A proxy serves what comes before a route that takes everything, on the ports it is for.
func TestServedRoutes(t *testing.T) {
	to := []rio.RouteTarget{{Service: "web"}}
	ask := func(m rio.RouteMatch) rio.Route { return rio.Route{Matches: []rio.RouteMatch{m}, To: to} }
	set := rio.RouteSet{Namespace: "default", Name: "www", Routes: []rio.Route{
		ask(rio.RouteMatch{Path: &rio.Pattern{Exact: "/a"}}), ask(rio.RouteMatch{From: &rio.RouteSource{Service: "c"}}), ask(rio.RouteMatch{Port: 8080}), {To: to},
	}}
	for port, want := range map[uint32]int{80: 2, 8080: 2} {
		if got := manifest.ServedRoutes(set, port); len(got) != want {
			t.Errorf("port %d: %q", port, got)
		}
	}
	if cmp.Equal(manifest.ServedRoutes(set, 80), manifest.ServedRoutes(set, 8080)) {
		t.Error("the ports serve the same")
	}
	before := manifest.ServedRoutes(set, 80)
	set.Routes[3].To[0].Split = map[string]int{"latest": 70, "v2": 30}
	if cmp.Equal(before, manifest.ServedRoutes(set, 80)) {
		t.Error("another split has the same name, so nobody sees whether it is served")
	}
}
