package rio_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestParseRouteURL(t *testing.T) {
	exact := func(s string) *rio.Pattern { return &rio.Pattern{Exact: s} }
	for in, want := range map[string]struct {
		namespace, name string
		match           rio.RouteMatch
	}{
		"www":                        {"default", "www", rio.RouteMatch{}},
		"www/":                       {"default", "www", rio.RouteMatch{}},
		"www/*":                      {"default", "www", rio.RouteMatch{}},
		"www.shop/a/b":               {"shop", "www", rio.RouteMatch{Path: exact("/a/b")}},
		"www/api*":                   {"default", "www", rio.RouteMatch{Path: &rio.Pattern{Prefix: "/api"}}},
		"www/regexp(/[0-9]+)":        {"default", "www", rio.RouteMatch{Path: &rio.Pattern{Regexp: "/[0-9]+"}}},
		"www/regex(/x)":              {"default", "www", rio.RouteMatch{Path: &rio.Pattern{Regexp: "/x"}}},
		"https://www.shop:8443/cart": {"shop", "www", rio.RouteMatch{Scheme: exact("https"), Port: 8443, Path: exact("/cart")}},
	} {
		ref, match, err := rio.ParseRouteURL(in, "default")
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if diff := cmp.Diff(want.match, match); diff != "" || ref.Namespace != want.namespace || ref.Service != want.name {
			t.Errorf("%s: %v %s", in, ref, diff)
		}
	}
	for _, bad := range []string{"", "WWW", "www:0", "www:x", "www.a.b", "ftp://www", "www/a b", "www/a?b=c", "www/regexp([)", "www/regexp("} {
		if _, m, err := rio.ParseRouteURL(bad, "default"); err == nil {
			t.Errorf("%q is taken as %+v", bad, m)
		}
	}
}

func TestRouteTargets(t *testing.T) {
	for in, want := range map[string]rio.RouteTarget{
		"web":                          {Service: "web"},
		"shop/web:v2":                  {Service: "web", Revision: "v2"},
		"other/web,port=81,weight=30%": {Service: "web", Stack: "other", Port: 81, Weight: 30},
		"web:latest,weight=5":          {Service: "web", Revision: "latest", Weight: 5},
	} {
		got, err := rio.ParseRouteTarget(in, "shop", "shop")
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", in, err, diff)
		}
		again, err := rio.ParseRouteTarget(got.String(), "shop", "shop")
		if diff := cmp.Diff(got, again); err != nil || diff != "" {
			t.Errorf("%s is not what it prints, %s: %v %s", in, got, err, diff)
		}
	}
	for _, bad := range []string{"", "web,", "web,port=0", "web,weight=0", "web,weight=101", "web,color=red", "web:"} {
		if got, err := rio.ParseRouteTarget(bad, "shop", "shop"); err == nil {
			t.Errorf("%q is taken as %+v", bad, got)
		}
	}
}

func TestSpread(t *testing.T) {
	weights := func(ws ...int) []rio.RouteTarget {
		var to []rio.RouteTarget
		for i, w := range ws {
			to = append(to, rio.RouteTarget{Service: string(rune('a' + i)), Weight: w})
		}
		return to
	}
	for sentence, tc := range map[string]struct{ in, want []rio.RouteTarget }{
		"one gets all":                         {weights(0), weights(0)},
		"and needs no number for it":           {weights(100), weights(0)},
		"equal parts":                          {weights(0, 0), weights(50, 50)},
		"what cannot be divided goes first":    {weights(0, 0, 0), weights(34, 33, 33)},
		"what is left":                         {weights(30, 0), weights(30, 70)},
		"too much is left for Validate to say": {weights(60, 60), weights(60, 60)},
	} {
		t.Run(sentence, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, rio.Spread(tc.in)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRouteIsRefused(t *testing.T) {
	to := []rio.RouteTarget{{Service: "web"}}
	for want, r := range map[string]rio.Route{
		`the route leads nowhere: want to, mirror, redirect or rewrite`:                                                                                                   {},
		`a redirect answers by itself: it cannot be with to, mirror or rewrite`:                                                                                           {To: to, Redirect: &rio.HostPath{Host: "x"}},
		`a redirect answers by itself: it has no fault, retries, timeout or added headers`:                                                                                {Redirect: &rio.HostPath{Host: "x"}, TimeoutMillis: 1},
		`weights of the targets sum to 60%, want 100% (a,weight=30% b,weight=30%)`:                                                                                        {To: []rio.RouteTarget{{Service: "a", Weight: 30}, {Service: "b", Weight: 30}}},
		`target "a:v2,weight=50%" overlaps with another one: name each revision once`:                                                                                     {To: []rio.RouteTarget{{Service: "a", Weight: 50}, {Service: "a", Revision: "v2", Weight: 50}}},
		`invalid fault "CANCEL": Istio injects no HTTP/2 errors (it refuses http2Error); want --fault-httpcode N or --fault-grpcerror NAME`:                               {To: to, Fault: &rio.Fault{Abort: &rio.Abort{HTTP2Status: "CANCEL"}}},
		`invalid HTTP status 42 of a fault: want 200 to 599`:                                                                                                              {To: to, Fault: &rio.Fault{Abort: &rio.Abort{HTTPStatus: 42}}},
		`invalid percentage 101 of faults: want a whole percent, 1 to 100; for none, leave the fault out`:                                                                 {To: to, Fault: &rio.Fault{Percentage: new(101)}},
		`invalid header "cookie": a request has its cookies in one header; ask for one: --cookie NAME=VALUE`:                                                              {To: to, Matches: []rio.RouteMatch{{Headers: map[string]rio.Pattern{"cookie": {Exact: "a=1"}}}}},
		`invalid header "Host=x" to add: want NAME=VALUE in plain characters, for example: x-from=rio`:                                                                    {To: to, AddHeaders: []string{"Host=x"}},
		`invalid method "get": want capital letters, for example: POST`:                                                                                                   {To: to, Matches: []rio.RouteMatch{{Method: &rio.Pattern{Exact: "get"}}}},
		`invalid target "a_b": want HOST[/PATH] or /PATH, for example: www.example.org/new`:                                                                               {Rewrite: &rio.HostPath{Host: "a_b"}},
		`invalid target "www.a.example.org/x": want SERVICE[.STACK][/PATH]; requests can be sent on to services only, others are sent away: redirect www.a.example.org/x`: {Rewrite: &rio.HostPath{Host: "www.a.example.org", Path: "/x"}},
		`the time of an attempt is given, and how many there are is not: --retry-attempts N`:                                                                              {To: to, Retry: &rio.Retry{TimeoutMillis: 5}},
	} {
		wantError(t, want, r.Validate)
	}
}

// Of two routes the one that asks for more comes first, and the same match is there once.
func TestNormalOrder(t *testing.T) {
	match := func(m rio.RouteMatch, service string) rio.Route {
		r := rio.Route{To: []rio.RouteTarget{{Service: service}}}
		r.Ask(m)
		return r
	}
	path := func(p rio.Pattern) rio.RouteMatch { return rio.RouteMatch{Path: &p} }
	sorted := []rio.Route{
		match(path(rio.Pattern{Exact: "/a"}), "exact"),
		match(path(rio.Pattern{Regexp: "/[ab]"}), "expression"),
		match(path(rio.Pattern{Prefix: "/a/b"}), "long"),
		match(path(rio.Pattern{Prefix: "/a"}), "short"),
		match(rio.RouteMatch{Method: &rio.Pattern{Exact: "POST"}}, "method"),
		match(rio.RouteMatch{Headers: map[string]rio.Pattern{"x": {Exact: "1"}}, Cookies: map[string]rio.Pattern{"y": {}}}, "two"),
		match(rio.RouteMatch{Headers: map[string]rio.Pattern{"x": {Exact: "1"}}}, "one"),
		match(rio.RouteMatch{Query: map[string]rio.Pattern{"q": {}}}, "query"),
		match(rio.RouteMatch{From: &rio.RouteSource{Service: "c"}}, "caller"),
		match(rio.RouteMatch{Port: 8080}, "port"),
		match(rio.RouteMatch{}, "rest"),
	}
	set := rio.RouteSet{Namespace: "default", Name: "www"}
	for i := range sorted {
		set.Routes = append(set.Routes, sorted[len(sorted)-1-i])
	}
	if diff := cmp.Diff(sorted, set.Normal().Routes); diff != "" {
		t.Error(diff)
	}
	set.Routes = append(sorted, match(rio.RouteMatch{}, "other"))
	sorted[len(sorted)-1] = match(rio.RouteMatch{}, "other")
	if diff := cmp.Diff(sorted, set.Normal().Routes); diff != "" {
		t.Error("the last one of a match does not count", diff)
	}
	for _, all := range []rio.Pattern{{Prefix: "/"}, {Regexp: ".*"}} {
		set.Routes = []rio.Route{{Matches: []rio.RouteMatch{path(all)}}}
		if got := set.Normal().Routes[0]; len(got.Matches) > 0 {
			t.Errorf("%v takes every path, and is kept as %v", all, got.Matches)
		}
	}
}
