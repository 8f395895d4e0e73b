package manifest_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/durationpb"
	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"
	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/test/gen"
)

// parts of one service, as rendered.
func routesOf(t *testing.T, s rio.Service) (*istio.VirtualService, *istio.DestinationRule) {
	t.Helper()
	var vs *istio.VirtualService
	var dr *istio.DestinationRule
	for _, o := range manifest.Render(s) {
		switch o := o.(type) {
		case *istio.VirtualService:
			if manifest.Weights(o) != nil {
				vs = o
			}
		case *istio.DestinationRule:
			dr = o
		}
	}
	return vs, dr
}

func canary(weight int) rio.Service {
	s := rio.Service{
		Namespace: "default", Name: "foobar", Domain: "example.com", Gateway: "rio-system/rio-gateway",
		Ports: []rio.Port{{Number: 80, Protocol: "http", Publish: true}},
	}
	s.Put(rio.Revision{Name: rio.Latest, Kind: "Deployment", Weight: 100 - weight})
	s.Put(rio.Revision{Name: "v2", Kind: "Deployment", Weight: weight})
	return s
}

func TestMergeKeepsWhatOthersWroteIntoOurLists(t *testing.T) {
	theirs := &networking.HTTPRoute{
		Name:  "api",
		Match: []*networking.HTTPMatchRequest{{Uri: &networking.StringMatch{MatchType: &networking.StringMatch_Prefix{Prefix: "/api"}}}},
		Route: []*networking.HTTPRouteDestination{{Destination: &networking.Destination{Host: "foobar", Subset: "v2"}, Weight: 100}},
	}
	retries := &networking.HTTPRetry{Attempts: 3}
	headers := &networking.Headers{Response: &networking.Headers_HeaderOperations{Set: map[string]string{"x-from": "latest"}}}
	live, _ := routesOf(t, canary(0))
	live.Spec.Http[0].Timeout, live.Spec.Http[0].Retries = durationpb.New(5*time.Second), retries
	live.Spec.Http[0].Route[0].Headers = headers
	live.Spec.Http = append([]*networking.HTTPRoute{theirs}, live.Spec.Http...)
	live.Spec.Hosts = append(live.Spec.Hosts, "www.example.org", "foobar.default.old.example.com")
	live.Spec.Gateways = append(live.Spec.Gateways, "other/gateway")

	rendered, _ := routesOf(t, canary(30))
	want := rendered.DeepCopy()
	want.Spec.Hosts = append(want.Spec.Hosts, "www.example.org")
	want.Spec.Gateways = append(want.Spec.Gateways, "other/gateway")
	want.Spec.Http[0].Timeout, want.Spec.Http[0].Retries = durationpb.New(5*time.Second), retries
	want.Spec.Http[0].Route[0].Headers = headers
	want.Spec.Http = append([]*networking.HTTPRoute{theirs}, want.Spec.Http...)

	untouched := live.DeepCopy()
	got := manifest.Merge(live, rendered)
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(untouched, live, protocmp.Transform()); diff != "" {
		t.Errorf("the live object was changed: %s", diff)
	}
	if diff := cmp.Diff(map[string]int{"latest": 70, "v2": 30}, manifest.Weights(got)); diff != "" {
		t.Errorf("somebody's own route counts as the split: %s", diff)
	}
}

// Requests that do not come to the split are served on its terms all the same.
func TestMergeGivesChosenRequestsWhatOthersSet(t *testing.T) {
	rendered := func(weight int) *istio.VirtualService {
		s := canary(weight)
		s.Sticky, s.TLS = "mine", true
		v2, _ := s.Revision("v2")
		v2.Match = []rio.Match{{Kind: rio.MatchHeader, Name: "x-canary", Value: "1"}}
		vs, _ := routesOf(t, s)
		return vs
	}
	live, _ := routesOf(t, canary(30))
	main := live.Spec.Http[0]
	main.Timeout, main.Retries = durationpb.New(5*time.Second), &networking.HTTPRetry{Attempts: 0}
	main.Route[1].Headers = &networking.Headers{Response: &networking.Headers_HeaderOperations{Set: map[string]string{"x-from": "v2"}}}
	want := rendered(30)
	if len(want.Spec.Http) != 4 {
		t.Fatalf("%d routes, want one that matches, two to stay on, and the split", len(want.Spec.Http))
	}
	for _, h := range want.Spec.Http {
		h.Timeout, h.Retries = main.Timeout, main.Retries
		for _, d := range h.Route {
			if d.Destination.Subset == "v2" {
				d.Headers = headersOver(d.Headers, main.Route[1].Headers)
			}
		}
	}
	once := manifest.Merge(live, rendered(30))
	if diff := cmp.Diff(want, once, protocmp.Transform()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(once, manifest.Merge(once, rendered(30)), protocmp.Transform()); diff != "" {
		t.Errorf("merged again: %s", diff)
	}
	plain, _ := routesOf(t, canary(30))
	if diff := cmp.Diff(live, manifest.Merge(once, plain), protocmp.Transform()); diff != "" {
		t.Errorf("with nobody chosen it is as it was: %s", diff)
	}
}

// headersOver is the cookie of a destination with what somebody set beside it.
func headersOver(ours, theirs *networking.Headers) *networking.Headers {
	all := theirs.DeepCopy()
	all.Response.Add = ours.GetResponse().GetAdd()
	return all
}

func TestMergePutsALostRouteBehindTheirs(t *testing.T) {
	rendered, _ := routesOf(t, canary(30))
	live := rendered.DeepCopy()
	live.Spec.Http[0].Match[0].Headers = map[string]*networking.StringMatch{"x": {MatchType: &networking.StringMatch_Exact{Exact: "1"}}}
	got := manifest.Merge(live, rendered).(*istio.VirtualService)
	if len(got.Spec.Http) != 2 || len(got.Spec.Http[0].Match[0].Headers) != 1 || len(got.Spec.Http[1].Match[0].Headers) != 0 {
		t.Errorf("a route that somebody narrowed is theirs, ours follows it: %v", got.Spec.Http)
	}
}

func TestMergeKeepsSubsetsOfOthers(t *testing.T) {
	_, live := routesOf(t, canary(30))
	_, rendered := routesOf(t, func() rio.Service { s := canary(0); s.Drop("v2"); return s }())
	policy := &networking.TrafficPolicy{ConnectionPool: &networking.ConnectionPoolSettings{}}
	eu := &networking.Subset{Name: "eu", Labels: map[string]string{"region": "eu"}}
	live.Spec.Subsets[0].TrafficPolicy = policy
	live.Spec.Subsets = append(live.Spec.Subsets, eu)
	want := rendered.DeepCopy()
	want.Spec.Subsets[0].TrafficPolicy = policy
	want.Spec.Subsets = append(want.Spec.Subsets, eu)
	if diff := cmp.Diff(want, manifest.Merge(live, rendered), protocmp.Transform()); diff != "" {
		t.Errorf("theirs stays, that of a revision which is gone goes: %s", diff)
	}
}

// Over what is only ours, merging is writing.
func TestMergeOverOursIsWhatWasRendered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := gen.Service().Draw(t, "before")
		after := before.Clone()
		if len(after.Revisions) > 1 && after.Routed() {
			for name, weight := range gen.Weights(t, after) {
				rev, _ := after.Revision(name)
				rev.Weight = weight
			}
			if err := after.BalanceLatest(); err != nil {
				t.Fatal(err)
			}
		}
		live := map[string]manifest.Object{}
		for _, o := range manifest.Render(before) {
			live[manifest.Kind(o)+o.GetName()] = o
		}
		for _, o := range manifest.Render(after) {
			if diff := cmp.Diff(o, manifest.Merge(live[manifest.Kind(o)+o.GetName()], o), protocmp.Transform()); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

// A service that is to be, with the routes of an object that is: nothing else of the routes stays.
func TestRoutedTakesTheRoutesThatAreThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := gen.Service().Draw(t, "before")
		after := before.Clone()
		after.Promoting, after.Sticky, after.Before = "v2", "mine", &rio.Before{Weight: 3}
		for i := range after.Revisions {
			after.Revisions[i].Weight = 0
			after.Revisions[i].Match = []rio.Match{{Kind: rio.MatchHeader, Name: "x", Value: "1"}}
		}
		got := after
		for _, o := range manifest.Render(before) {
			got = manifest.Routed(got, o)
		}
		if !before.Routed() {
			return
		}
		if diff := cmp.Diff(before, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}
