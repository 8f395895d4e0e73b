package gen

import (
	"fmt"

	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// RouteSet is any route set as it is kept, with what its targets came to.
func RouteSet() *rapid.Generator[rio.RouteSet] {
	return rapid.Custom(func(t *rapid.T) rio.RouteSet {
		set := rio.RouteSet{Namespace: "shop", Name: "www"}
		if rapid.Bool().Draw(t, "published") {
			set.Gateway, set.Domain = "rio-system/rio-gateway", "example.com"
		}
		for range rapid.IntRange(1, 5).Draw(t, "routes") {
			set.Routes = append(set.Routes, route(t))
		}
		return set.Normal()
	})
}

func route(t *rapid.T) rio.Route {
	r := rio.Route{TimeoutMillis: rapid.SampledFrom([]int{0, 1500}).Draw(t, "timeout")}
	r.Ask(rio.RouteMatch{Path: pattern(t), Method: pattern(t), Headers: patterns(t), Cookies: patterns(t), Query: patterns(t), Port: rapid.SampledFrom([]int32{0, 8080}).Draw(t, "port")})
	if rapid.IntRange(0, 4).Draw(t, "redirect") == 0 {
		r.Redirect, r.TimeoutMillis = &rio.HostPath{Host: "example.org"}, 0
		return r
	}
	for i := range rapid.IntRange(1, 3).Draw(t, "targets") {
		to := rio.RouteTarget{Service: fmt.Sprintf("s%d", i), Revision: rapid.SampledFrom([]string{"", "latest", "v2"}).Draw(t, "revision")}
		share := rapid.IntRange(1, 99).Draw(t, "share")
		to.HTTP, to.Split = 80, map[string]int{"latest": share, "v2": 100 - share}
		r.To = append(r.To, to)
	}
	if rapid.Bool().Draw(t, "mirrored") {
		r.Mirror = &rio.RouteTarget{Service: "audit", Resolved: rio.Resolved{HTTP: 80, Split: map[string]int{"latest": 100}}}
	}
	if rapid.Bool().Draw(t, "faulty") {
		r.Fault = &rio.Fault{Percentage: new(10), DelayMillis: 20, Abort: &rio.Abort{HTTPStatus: 503}}
	}
	if rapid.Bool().Draw(t, "retried") {
		r.Retry = &rio.Retry{Attempts: rapid.IntRange(0, 3).Draw(t, "attempts")}
	}
	return r
}

func pattern(t *rapid.T) *rio.Pattern {
	return rapid.SampledFrom([]*rio.Pattern{nil, nil, {Exact: "/a"}, {Prefix: "/b"}, {Regexp: "/[cd]"}}).Draw(t, "pattern")
}

func patterns(t *rapid.T) map[string]rio.Pattern {
	return rapid.SampledFrom([]map[string]rio.Pattern{nil, nil, {"x": {Exact: "1"}}, {"x": {Prefix: "2"}, "y": {Regexp: "[3-5]"}}}).Draw(t, "pairs")
}
