package rio_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// routed is web with revision v2, to which the routes of www lead.
func routed(latest, v2 int, to ...rio.RouteTarget) rio.Service {
	s := rio.Service{Namespace: "default", Name: "web", Ports: []rio.Port{{Number: 80, Protocol: "http"}}}
	s.Put(rio.Revision{Name: rio.Latest, Weight: latest})
	s.Put(rio.Revision{Name: "v2", Weight: v2})
	s.Routes = []rio.RouteSet{{Namespace: "default", Name: "www", Routes: []rio.Route{{To: to}}}}
	return s
}

func weights(s rio.Service) map[string]int {
	got := map[string]int{}
	for _, d := range s.Routes[0].Follow(s).Routes[0].Destinations("default") {
		got[d.String()] = d.Weight
	}
	return got
}

func TestRoutesFollowTheService(t *testing.T) {
	web := rio.RouteTarget{Service: "web"}
	named := func(revision string) rio.RouteTarget { return rio.RouteTarget{Service: "web", Revision: revision} }
	promoting := func(s rio.Service) rio.Service { s.Promoting = "v2"; return s }
	quiet := func(s rio.Service) rio.Service { s.Quiet = rio.Quiet{"v2": 30}; return s }
	for sentence, tc := range map[string]struct {
		service rio.Service
		want    map[string]int
	}{
		"no revision is the split":                                    {routed(70, 30, web), map[string]int{"web": 70, "web:v2": 30}},
		"a named one is that one":                                     {routed(70, 30, named("v2")), map[string]int{"web:v2": 100}},
		"latest too":                                                  {routed(70, 30, named("latest")), map[string]int{"web": 100}},
		"latest stands in for one that is quiet":                      {quiet(routed(100, 0, named("v2"))), map[string]int{"web": 100}},
		"while it is replaced the revision stands in for latest":      {promoting(routed(0, 100, named("latest"))), map[string]int{"web:v2": 100}},
		"and latest for the revision when it has the traffic back":    {promoting(routed(100, 0, named("v2"))), map[string]int{"web": 100}},
		"with nothing on either each stays":                           {promoting(routed(0, 0, named("latest"))), map[string]int{"web": 100}},
		"weights of targets are shared out by the weights of service": {routed(67, 33, rio.RouteTarget{Service: "web", Weight: 50}, rio.RouteTarget{Service: "api", Weight: 50}), map[string]int{"web": 34, "web:v2": 16, "api": 50}},
	} {
		t.Run(sentence, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, weights(tc.service)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRepoint(t *testing.T) {
	s := routed(100, 0, rio.RouteTarget{Service: "web", Revision: "v2", Weight: 30}, rio.RouteTarget{Service: "web", Revision: "latest", Weight: 70})
	before := s.Clone()
	if by := s.RoutedBy("v2"); len(by) != 1 || by[0].In(s.Namespace) != "www" {
		t.Errorf("v2 is led to by %q", by)
	}
	next := s.Clone()
	next.Repoint("v2", rio.Latest)
	if diff := cmp.Diff([]rio.RouteTarget{{Service: "web", Revision: "latest"}}, next.Routes[0].Routes[0].To); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(before, s); diff != "" {
		t.Error("the service that was cloned changed", diff)
	}
	if by := next.RoutedBy("v2"); by != nil {
		t.Errorf("v2 is still led to by %q", by)
	}
}

// A verb that was stopped behind the split has left the routes where it led before.
func TestFollowed(t *testing.T) {
	for sentence, tc := range map[string]struct {
		target rio.RouteTarget
		want   bool
	}{
		"nobody has looked yet":           {rio.RouteTarget{Service: "web"}, true},
		"it follows":                      {rio.RouteTarget{Service: "web", Resolved: rio.Resolved{Split: map[string]int{"latest": 100}}}, true},
		"it is where the split was":       {rio.RouteTarget{Service: "web", Resolved: rio.Resolved{Split: map[string]int{"v2": 100}}}, false},
		"it names the revision":           {rio.RouteTarget{Service: "web", Revision: "v2", Resolved: rio.Resolved{Split: map[string]int{"v2": 100}}}, true},
		"it leads to somebody else's web": {rio.RouteTarget{Service: "web", Stack: "other", Resolved: rio.Resolved{Split: map[string]int{"v2": 100}}}, true},
	} {
		s := routed(100, 0, tc.target)
		if got := s.Followed(); got != tc.want {
			t.Errorf("%s: %v, want %v", sentence, got, tc.want)
		}
	}
}
