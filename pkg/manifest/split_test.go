package manifest_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// mainRoute is the main VirtualService of the service that the goldens show.
func mainRoute(t *testing.T, s rio.Service) *istio.VirtualService {
	t.Helper()
	for _, o := range manifest.Render(s) {
		if vs, ok := o.(*istio.VirtualService); ok && vs.Name == s.Name {
			return vs
		}
	}
	t.Fatal("there is none")
	return nil
}

func TestSplits(t *testing.T) {
	theirs := func(matches ...*networking.HTTPMatchRequest) func(*networking.VirtualService) {
		return func(vs *networking.VirtualService) {
			route := &networking.HTTPRoute{Match: matches, Route: []*networking.HTTPRouteDestination{{Destination: &networking.Destination{Host: "other"}}}}
			vs.Http = append([]*networking.HTTPRoute{route}, vs.Http...)
		}
	}
	shares := map[string]int{"latest": 70, "v2": 30}
	for sentence, tc := range map[string]struct {
		edit func(*networking.VirtualService)
		want []manifest.Split
	}{
		"as it is rendered":               {func(*networking.VirtualService) {}, []manifest.Split{{Port: 80, HTTP: true, Shares: shares}}},
		"a lone weight counts for all":    {func(vs *networking.VirtualService) { vs.Http[0].Route = vs.Http[0].Route[:1] }, []manifest.Split{{Port: 80, HTTP: true, Shares: map[string]int{"latest": 100}}}},
		"too much is not hidden":          {func(vs *networking.VirtualService) { vs.Http[0].Route[0].Weight = 100 }, []manifest.Split{{Port: 80, HTTP: true, Shares: map[string]int{"latest": 100, "v2": 30}}}},
		"nothing is before it for a path": {theirs(&networking.HTTPMatchRequest{Uri: &networking.StringMatch{MatchType: &networking.StringMatch_Prefix{Prefix: "/theirs"}}}), []manifest.Split{{Port: 80, HTTP: true, Shares: shares}}},
		"another takes all before it":     {theirs(), []manifest.Split{{Port: 80, HTTP: true, Shares: shares, Behind: true}}},
		"another takes all of some callers": {theirs(&networking.HTTPMatchRequest{Headers: map[string]*networking.StringMatch{"x": {MatchType: &networking.StringMatch_Exact{Exact: "1"}}}}),
			[]manifest.Split{{Port: 80, HTTP: true, Shares: shares}}},
		"nobody has one any more": {func(vs *networking.VirtualService) { vs.Http = nil }, nil},
		"tcp, too": {func(vs *networking.VirtualService) {
			vs.Http, vs.Tcp = nil, []*networking.TCPRoute{{Match: []*networking.L4MatchAttributes{{Port: 5432}}, Route: []*networking.RouteDestination{{Destination: &networking.Destination{Subset: "latest"}}}}}
		}, []manifest.Split{{Port: 5432, Shares: map[string]int{"latest": 100}}}},
	} {
		t.Run(sentence, func(t *testing.T) {
			vs := mainRoute(t, foobar())
			tc.edit(&vs.Spec)
			if diff := cmp.Diff(tc.want, manifest.Splits(vs)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What all revisions share can be read from what one of them has, so that a verb writes it anew.
func TestParseWithoutWhatIsShared(t *testing.T) {
	for sentence, gone := range map[string]string{"the route": manifest.KindVirtualService, "the Service": "Service"} {
		t.Run(sentence, func(t *testing.T) {
			s := foobar()
			objects := slices.DeleteFunc(manifest.Render(s), func(o manifest.Object) bool { return manifest.Kind(o) == gone && o.GetName() == s.Name })
			got := manifest.Parse(objects)
			if len(got) != 1 || !cmp.Equal(got[0].Ports, s.Ports) || got[0].Domain != s.Domain || got[0].Gateway != s.Gateway {
				t.Errorf("%+v", got)
			}
		})
	}
	s := foobar()
	for _, o := range manifest.Render(s) {
		if vs, ok := o.(*istio.VirtualService); ok && vs.Name == s.Name {
			vs.Spec.Http[0].Match[0].Uri = &networking.StringMatch{MatchType: &networking.StringMatch_Prefix{Prefix: "/only"}}
			if got := manifest.Routed(s, vs); !got.Published() || got.Gateway != s.Gateway {
				t.Errorf("the only route was edited, and it counts as unpublished: %+v", got)
			}
		}
	}
}
