package plan_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/test/gen"
)

// led is a set of routes, with services for all that it leads to.
func led(t *rapid.T) (rio.RouteSet, []rio.Service) {
	set := gen.RouteSet().Draw(t, "set")
	set.Routes = slices.DeleteFunc(set.Routes, func(r rio.Route) bool { return r.Validate() != nil || len(r.To) == 0 && r.Redirect == nil })
	if len(set.Routes) == 0 {
		set.Routes = []rio.Route{{To: []rio.RouteTarget{{Service: "web"}}}}
	}
	have := map[rio.Ref]rio.Service{}
	for _, r := range set.Routes {
		if r.Rewrite != nil && len(r.To) == 0 {
			r.To = r.RewriteTargets(set.Namespace)
		}
		for _, target := range r.Targets() {
			ref := target.Ref(set.Namespace).Of("")
			s, ok := have[ref]
			if !ok {
				s = rio.Service{Namespace: ref.Namespace, Name: ref.Service, Revisions: []rio.Revision{{Name: rio.Latest, Kind: "Deployment", Weight: 100}}}
			}
			if _, there := s.Revision(target.Revision); !there && target.Revision != "" {
				s.Put(rio.Revision{Name: target.Revision, Kind: "Deployment"})
			}
			if port := max(target.Port, 80); len(s.Ports) == 0 || port != 80 {
				s.Ports = append(s.Ports, rio.Port{Number: port, Protocol: "http"})
			}
			have[ref] = s
		}
	}
	var services []rio.Service
	for _, s := range have {
		services = append(services, s)
	}
	return set, services
}

// The same routes a second time change nothing, in whatever order they were added.
func TestTheSameRouteAgainChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set, services := led(t)
		once, err := plan.Route(set, services, plan.Gateway{})
		if err != nil {
			t.Fatal(err)
		}
		more, err := plan.AddRoute(once, rapid.SampledFrom(once.Routes).Draw(t, "again"))
		if err != nil {
			t.Fatal(err)
		}
		twice, err := plan.Route(more, services, plan.Gateway{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(once, twice); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestRefusedRoutesOfASet(t *testing.T) {
	web := rio.Service{Namespace: "shop", Name: "web", Ports: []rio.Port{{Number: 80, Protocol: "http"}}, Revisions: []rio.Revision{{Name: rio.Latest, Weight: 100}}}
	db := rio.Service{Namespace: "shop", Name: "db", Ports: []rio.Port{{Number: 5432, Protocol: "tcp"}}, Revisions: []rio.Revision{{Name: rio.Latest, Weight: 100}}}
	bare := rio.Service{Namespace: "shop", Name: "bare", Revisions: []rio.Revision{{Name: rio.Latest, Weight: 100}}}
	set := rio.RouteSet{Namespace: "shop", Name: "www"}
	long := strings.Repeat("x", 90)
	open := plan.Gateway{Name: "rio-system/rio-gateway", Domain: "example.com", Ports: []rio.Port{{Number: 80, Protocol: "http", Publish: true}}}
	for want, r := range map[string]rio.Route{
		`stack "shop" has no service "nobody" to lead to; see: kubectl rio ps -n shop`:                                      {To: []rio.RouteTarget{{Service: "nobody"}}},
		`stack "other" has no service "web" to lead to; see: kubectl rio ps -n other`:                                       {To: []rio.RouteTarget{{Service: "web", Stack: "other"}}},
		`service "web" has no revision "v9" (have latest); stage it first: kubectl rio stage -n shop --image IMAGE web:v9`:  {To: []rio.RouteTarget{{Service: "web", Revision: "v9"}}},
		`service "web" has no http port 81 to lead to (has 80/http)`:                                                        {To: []rio.RouteTarget{{Service: "web", Port: 81}}},
		`service "db" has no http port to lead to (has 5432/tcp); add expose: [80/http] to it: kubectl rio edit -n shop db`: {To: []rio.RouteTarget{{Service: "db"}}},
		`service "bare" has no http port to lead to (has none); add expose: [80/http] to it: kubectl rio edit -n shop bare`: {To: []rio.RouteTarget{{Service: "bare"}}},
		`a route of "www" only makes copies, of requests that lead nowhere; give it a target too, with to or rewrite`:       {Mirror: &rio.RouteTarget{Service: "web"}},
		`weights of the targets sum to 150%, want 100% (web,weight=100% db,weight=50%)`:                                     {To: []rio.RouteTarget{{Service: "web", Weight: 100}, {Service: "db", Weight: 50}}},
		`the cookies asked for make an expression of 1785 characters, and Istio takes 1024; ask for fewer, or for shorter values`: {
			To:      []rio.RouteTarget{{Service: "web"}},
			Matches: []rio.RouteMatch{{Cookies: map[string]rio.Pattern{"a": {Exact: long}, "b": {Exact: long}, "c": {Exact: long}}}},
		},
	} {
		asked := set
		asked.Routes = []rio.Route{r}
		got, err := plan.Route(asked, []rio.Service{web, db, bare}, open)
		wantError(t, want, err)
		if diff := cmp.Diff(asked, got); diff != "" {
			t.Errorf("the set was changed: %s", diff)
		}
	}
	_, err := plan.RemoveRoutes(set, nil)
	wantError(t, `stack "shop" has no routes for "www"; see: kubectl rio route ls -n shop`, err)
	set.Routes = []rio.Route{{To: []rio.RouteTarget{{Service: "web"}}}}
	_, err = plan.RemoveRoutes(set, &rio.Pattern{Exact: "/x"})
	wantError(t, `"www" has no route for the path "/x" (has none); see: kubectl rio route ls -n shop`, err)
	set.Routes = []rio.Route{{Redirect: &rio.HostPath{Path: "/x"}}}
	_, err = plan.AddRoute(set, rio.Route{Mirror: &rio.RouteTarget{Service: "web"}})
	wantError(t, `the route of "www" for these requests is a redirect, of which no copies can be made`, err)
}

// path: / of a stack file is the root alone, and looks like the route for every path.
func TestRemovingTheRouteOfTheRoot(t *testing.T) {
	path := func(p rio.Pattern) rio.Route {
		return rio.Route{Matches: []rio.RouteMatch{{Path: &p}}, To: []rio.RouteTarget{{Service: "web"}}}
	}
	root, api, all := path(rio.Pattern{Exact: "/"}), path(rio.Pattern{Prefix: "/api"}), rio.Route{To: []rio.RouteTarget{{Service: "web"}}}
	set := func(routes ...rio.Route) rio.RouteSet {
		return rio.RouteSet{Namespace: "shop", Name: "www", Routes: routes}
	}
	for sentence, tc := range map[string]struct{ have, want rio.RouteSet }{
		"the root alone":          {set(root, api), set(api)},
		"every path":              {set(api, all), set(api)},
		"not to be told from all": {set(root, api, all), set(root, api, all)},
	} {
		left, err := plan.RemoveRoutes(tc.have, &rio.Pattern{})
		if diff := cmp.Diff(tc.want, left); diff != "" {
			t.Errorf("%s: %v %s", sentence, err, diff)
		}
		if len(tc.want.Routes) == 3 {
			wantError(t, `"www" has routes for every path and others for / alone, and / may be either; take out those that are meant: kubectl rio edit shop/`, err)
		}
	}
}

// A route that follows the service's weights needs a pod of what carries them all.
func TestScaleKeepsAPodForRoutes(t *testing.T) {
	route := func(revision string) []rio.RouteSet {
		return []rio.RouteSet{{Namespace: "shop", Name: "www", Routes: []rio.Route{{To: []rio.RouteTarget{{Service: "web", Revision: revision}}}}}}
	}
	for sentence, tc := range map[string]struct {
		routes   []rio.RouteSet
		weight   int // of v2
		revision string
		refused  bool
	}{
		"no route": {nil, 0, "latest", false},
		"a route to the service, all of it to latest":  {route(""), 0, "latest", true},
		"a route to the service, none of it to v2":     {route(""), 0, "v2", false},
		"a route to the service, all of it to v2":      {route(""), 100, "v2", true},
		"a route to the service, none of it to latest": {route(""), 100, "latest", false},
		"a route to v2":                       {route("v2"), 0, "v2", true},
		"a route to v2, and latest is scaled": {route("v2"), 0, "latest", false},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := rio.Service{Namespace: "shop", Name: "web", Routes: tc.routes, Ports: []rio.Port{{Number: 80, Protocol: "http"}}, Revisions: []rio.Revision{
				{Name: rio.Latest, Kind: "Deployment", Weight: 100 - tc.weight, Replicas: new(int32(1))}, {Name: "v2", Kind: "Deployment", Weight: tc.weight, Replicas: new(int32(1))},
			}}
			if _, err := plan.Scale(s, tc.revision, rio.Scale{}); (err != nil) != tc.refused {
				t.Errorf("got %v, want a refusal: %v", err, tc.refused)
			}
			if _, err := plan.Scale(s, tc.revision, rio.Scale{Min: 1, Max: 1}); err != nil {
				t.Errorf("one pod: %v", err)
			}
		})
	}
}
