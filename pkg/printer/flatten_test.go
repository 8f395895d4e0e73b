package printer_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
)

// Routes without a name are known by what is in them, not by their number.
func TestChangesOfListsWithoutNames(t *testing.T) {
	route := func(port uint32, cookie string) *networking.HTTPRoute {
		to := &networking.HTTPRouteDestination{Destination: &networking.Destination{Host: "foobar", Subset: "latest"}, Weight: 100}
		if cookie != "" {
			to.Headers = &networking.Headers{Response: &networking.Headers_HeaderOperations{Add: map[string]string{"set-cookie": cookie}}}
		}
		return &networking.HTTPRoute{Match: []*networking.HTTPMatchRequest{{Gateways: []string{"mesh"}, Port: port}}, Route: []*networking.HTTPRouteDestination{to}}
	}
	named := &networking.HTTPRoute{Name: "rio-match-v2-80-1"}
	list := func(routes ...*networking.HTTPRoute) []*networking.HTTPRoute { return routes }
	for sentence, tc := range map[string]struct {
		was, is []*networking.HTTPRoute
		want    string
	}{
		"one before it goes":       {was: list(named, route(80, "")), is: list(route(80, "")), want: "http[rio-match-v2-80-1].name: - rio-match-v2-80-1\n"},
		"one before it comes":      {was: list(route(80, "")), is: list(named, route(80, "")), want: "http[rio-match-v2-80-1].name: + rio-match-v2-80-1\n"},
		"the first of two goes":    {was: list(route(80, ""), route(81, "")), is: list(route(81, "")), want: "http[0].match[0].gateways[0]: - mesh\nhttp[0].match[0].port: - 80\n"},
		"one comes before another": {was: list(route(81, "")), is: list(route(80, ""), route(81, "")), want: "http[1].match[0].gateways[0]: + mesh\nhttp[1].match[0].port: + 80\n"},
		"another is in its place":  {was: list(route(80, "")), is: list(route(81, "")), want: "http[0].match[0].port: 80 -> 81\n"},
		"a cookie of a destination goes": {was: list(named, route(80, "a=b")), is: list(route(80, "")), want: "" +
			"http[1].route[0].headers.response.add.set-cookie: - a=b\nhttp[rio-match-v2-80-1].name: - rio-match-v2-80-1\n"},
	} {
		before, after := &istio.VirtualService{}, &istio.VirtualService{}
		before.Spec.Http, after.Spec.Http = tc.was, tc.is
		var b bytes.Buffer
		if err := printer.Changes(&b, plan.ChangeSet{{Op: plan.Update, Before: before, After: after}}, nil, false); err != nil {
			t.Fatal(err)
		}
		_, fields, _ := strings.Cut(b.String(), "\n")
		if diff := cmp.Diff(tc.want, strings.ReplaceAll(fields, "    ", "")); diff != "" {
			t.Errorf("%s: %s", sentence, diff)
		}
	}
}
