package rio_test

import (
	"math"
	"strings"
	"testing"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// What a route must not ask for or do: the value, the rule and the way out.
func TestRefusedRoutes(t *testing.T) {
	to := []rio.RouteTarget{{Service: "web"}}
	away := &rio.HostPath{Host: "www.example.org"}
	asks := func(m rio.RouteMatch) rio.Route { return rio.Route{Matches: []rio.RouteMatch{m}, To: to} }
	exact := func(s string) map[string]rio.Pattern { return map[string]rio.Pattern{s: {Exact: "1"}} }
	for want, r := range map[string]rio.Route{
		`the route leads nowhere: want to, mirror, redirect or rewrite`:                                               {},
		`a redirect answers by itself: it cannot be with to, mirror or rewrite`:                                       {Redirect: away, To: to},
		`a redirect answers by itself: it has no fault, retries, timeout or added headers`:                            {Redirect: away, TimeoutMillis: 1},
		`invalid target "a b": want HOST[/PATH] or /PATH, for example: www.example.org/new`:                           {Redirect: &rio.HostPath{Host: "a b"}},
		`invalid target "": want HOST[/PATH] or /PATH, for example: www.example.org/new`:                              {Rewrite: &rio.HostPath{}},
		`invalid target "www.a.b/x": want SERVICE[.STACK][/PATH]`:                                                     {Rewrite: &rio.HostPath{Host: "www.a.b", Path: "/x"}},
		`target "web" overlaps with another one: name each revision once`:                                             {To: []rio.RouteTarget{{Service: "web", Revision: "v2"}, {Service: "web"}}},
		`target "web:v2" overlaps with another one`:                                                                   {To: []rio.RouteTarget{{Service: "web", Revision: "v2"}, {Service: "web", Revision: "v2"}}},
		`weights of the targets sum to 0%, want 100% (web api)`:                                                       {To: []rio.RouteTarget{{Service: "web"}, {Service: "api"}}},
		`weights of the targets sum to 30%, want 100% (web,weight=30%)`:                                               {To: []rio.RouteTarget{{Service: "web", Weight: 30}}},
		`invalid path "/a b": want /PATH, /PREFIX* or regexp(EXPRESSION)`:                                             asks(rio.RouteMatch{Path: &rio.Pattern{Exact: "/a b"}}),
		`invalid path "/a?*": want`:                                                                                   asks(rio.RouteMatch{Path: &rio.Pattern{Prefix: "/a?"}}),
		`invalid method "get": want capital letters, for example: POST`:                                               asks(rio.RouteMatch{Method: &rio.Pattern{Exact: "get"}}),
		`invalid scheme "ftp": want http or https`:                                                                    asks(rio.RouteMatch{Scheme: &rio.Pattern{Exact: "ftp"}}),
		`want RE2, https://github.com/google/re2/wiki/Syntax`:                                                         asks(rio.RouteMatch{Path: &rio.Pattern{Regexp: "("}}),
		`invalid caller: service "Web": `:                                                                             asks(rio.RouteMatch{From: &rio.RouteSource{Service: "Web"}}),
		`invalid header "cookie": a request has its cookies in one header; ask for one: --cookie NAME=VALUE`:          asks(rio.RouteMatch{Headers: exact("cookie")}),
		`invalid header "X-Team": want its name in lower case`:                                                        asks(rio.RouteMatch{Headers: exact("X-Team")}),
		`invalid cookie "a b=1": want a name and a value without spaces`:                                              asks(rio.RouteMatch{Cookies: exact("a b")}),
		`invalid cookie "a=x;y": want a name and a value without`:                                                     asks(rio.RouteMatch{Cookies: map[string]rio.Pattern{"a": {Exact: "x;y"}}}),
		`invalid pattern "regexp([)"`:                                                                                 asks(rio.RouteMatch{Query: map[string]rio.Pattern{"q": {Regexp: "["}}}),
		`4 cookies are asked for, want at most 3`:                                                                     asks(rio.RouteMatch{Cookies: map[string]rio.Pattern{"a": {}, "b": {}, "c": {}, "d": {}}}),
		`invalid header "x" to add: want NAME=VALUE in plain characters`:                                              {To: to, AddHeaders: []string{"x"}},
		`invalid header "X=2" to add: x is given twice, and a route of Istio's adds one value of a name`:              {To: to, AddHeaders: []string{"x=1", "X=2"}},
		`invalid header "Host=x" to add`:                                                                              {To: to, AddHeaders: []string{"Host=x"}},
		"invalid header \"x=\\n\" to add":                                                                             {To: to, AddHeaders: []string{"x=\n"}},
		`invalid timeout of -1 ms: want more than 0`:                                                                  {To: to, TimeoutMillis: -1},
		`invalid retries: -1 attempts of 0 ms each, want 0 or more`:                                                   {To: to, Retry: &rio.Retry{Attempts: -1}},
		`invalid retries: 2147483648 attempts, want at most 2147483647`:                                               {To: to, Retry: &rio.Retry{Attempts: math.MaxInt32 + 1}},
		`a mirror only copies what another route gets: it has no fault, retries, timeout or added headers of its own`: {Mirror: &to[0], TimeoutMillis: 1},
		`it has no fault, retries, timeout or added headers of its own; give them to that route, with to or rewrite`:  {Mirror: &to[0], AddHeaders: []string{"x=y"}},
		`invalid retries: 1 attempts of -5 ms each`:                                                                   {To: to, Retry: &rio.Retry{Attempts: 1, TimeoutMillis: -5}},
		`the time of an attempt is given, and how many there are is not: --retry-attempts N`:                          {To: to, Retry: &rio.Retry{TimeoutMillis: 5}},
		`invalid percentage 101 of faults: want a whole percent, 1 to 100`:                                            {To: to, Fault: &rio.Fault{Percentage: new(101)}},
		`invalid percentage 0 of faults: want a whole percent, 1 to 100; for none, leave the fault out`:               {To: to, Fault: &rio.Fault{Percentage: new(0), DelayMillis: 1}},
		`invalid percentage -1 of faults`:                                                                             {To: to, Fault: &rio.Fault{Percentage: new(-1), DelayMillis: 1}},
		`a fault without a delay and a code does nothing: --fault-delay DURATION`:                                     {To: to, Fault: &rio.Fault{Percentage: new(5)}},
		`invalid HTTP status 99 of a fault: want 200 to 599`:                                                          {To: to, Fault: &rio.Fault{Abort: &rio.Abort{HTTPStatus: 99}}},
		`invalid HTTP status 600 of a fault`:                                                                          {To: to, Fault: &rio.Fault{Abort: &rio.Abort{HTTPStatus: 600}}},
		`a fault has one code: 503 and "UNAVAILABLE" are given`:                                                       {To: to, Fault: &rio.Fault{Abort: &rio.Abort{HTTPStatus: 503, GRPCStatus: "UNAVAILABLE"}}},
		`invalid gRPC status "AWAY": want one of OK, CANCELLED, `:                                                     {To: to, Fault: &rio.Fault{Abort: &rio.Abort{GRPCStatus: "AWAY"}}},
		`invalid fault "REFUSED": Istio injects no HTTP/2 errors (it refuses http2Error); want --fault-httpcode N or`: {To: to, Fault: &rio.Fault{Abort: &rio.Abort{HTTP2Status: "REFUSED"}}},
	} {
		if err := r.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v\nwant %s", err, want)
		}
	}
	for sentence, r := range map[string]rio.Route{
		"a redirect to a path":         {Redirect: &rio.HostPath{Path: "/new"}},
		"a rewrite of the path alone":  {Rewrite: &rio.HostPath{Path: "/new"}, To: to},
		"a rewrite to a service":       {Rewrite: &rio.HostPath{Host: "api.shop"}},
		"two revisions":                {To: []rio.RouteTarget{{Service: "web", Revision: "v2", Weight: 1}, {Service: "web", Revision: "latest", Weight: 99}}},
		"copies alone":                 {Mirror: &to[0]},
		"copies of a slow route":       {To: to, Mirror: &to[0], TimeoutMillis: 1},
		"as many retries as there are": {To: to, Retry: &rio.Retry{Attempts: math.MaxInt32}},
		"no retries":                   {To: to, Retry: &rio.Retry{}},
		"a delay of every request":     {To: to, Fault: &rio.Fault{DelayMillis: 1}},
		"any value of three cookies":   asks(rio.RouteMatch{Cookies: map[string]rio.Pattern{"a": {}, "b": {}, "c": {}}}),
		"a header that is only there":  asks(rio.RouteMatch{Headers: map[string]rio.Pattern{"x-team": {}}}),
		"the least and the last error": {To: to, Fault: &rio.Fault{Percentage: new(1), Abort: &rio.Abort{HTTPStatus: 599}}},
	} {
		if err := r.Validate(); err != nil {
			t.Errorf("%s: %v", sentence, err)
		}
	}
}

// What nobody may write any more is kept where it was stored before.
func TestRefusedOnlyAsWritten(t *testing.T) {
	to := []rio.RouteTarget{{Service: "web"}}
	asks := func(m rio.RouteMatch) rio.Route { return rio.Route{Matches: []rio.RouteMatch{m}, To: to} }
	cookie := func(expression string) rio.Route {
		return asks(rio.RouteMatch{Cookies: map[string]rio.Pattern{"a": {Regexp: expression}}})
	}
	for want, r := range map[string]rio.Route{
		`target "c" would get nothing: the others have 100% (a,weight=50% b,weight=50% c); give it a weight too, or take it out`: {
			To: []rio.RouteTarget{{Service: "a", Weight: 50}, {Service: "b", Weight: 50}, {Service: "c"}}},
		`invalid cookie "a=regexp(v.*)": the expression takes a ;, and with it the cookies behind this one; write [^;] for .`: cookie("v.*"),
		`invalid cookie "a=regexp((?s)(x|.))"`:                             cookie("(?s)(x|.)"),
		`invalid cookie "a=regexp([^,]+)"`:                                 cookie("[^,]+"),
		`invalid cookie "a=regexp(x;y)"`:                                   cookie("x;y"),
		`invalid weight 150 of target "a": want a whole percent, 1 to 100`: {To: []rio.RouteTarget{{Service: "a", Weight: 150}, {Service: "b", Weight: -50}}},
		`invalid weight 101 of target "copy": want a whole percent`:        {To: to, Mirror: &rio.RouteTarget{Service: "copy", Weight: 101}},
		`invalid port -1 of target "web": want 1 to 65535`:                 {To: []rio.RouteTarget{{Service: "web", Port: -1}}},
		`invalid port 65536: want 1 to 65535`:                              asks(rio.RouteMatch{Port: 65536}),
		`invalid query parameter "": want its name`:                        asks(rio.RouteMatch{Query: map[string]rio.Pattern{"": {Exact: "1"}}}),
		`invalid caller: stack "A": `:                                      asks(rio.RouteMatch{From: &rio.RouteSource{Service: "web", Stack: "A"}}),
	} {
		if err := r.ValidateWritten(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v\nwant %s", err, want)
		}
		if err := r.Validate(); err != nil {
			t.Errorf("what was stored cannot be changed: %v", err)
		}
	}
	for _, expression := range []string{"", "v[^;]*", `[0-9]+|[a-z]{2}`, `v\.1`} {
		if err := cookie(expression).ValidateWritten(); err != nil {
			t.Error(err)
		}
	}
}

// Each line is an action with its targets, as it is typed, and what it comes to or why not.
func TestRouteActions(t *testing.T) {
	for in, want := range map[string]string{
		"to web":                          "web",
		"to web:v2 api":                   "web:v2,weight=50% api,weight=50%",
		"to a b c":                        "a,weight=34% b,weight=33% c,weight=33%",
		"to a,weight=90% b":               "a,weight=90% b,weight=10%",
		"to other/web":                    "other/web",
		"to":                              "",
		"mirror audit":                    "mirror audit",
		"redirect www.example.org/new":    "redirect www.example.org/new",
		"redirect /new":                   "redirect /new",
		"rewrite api/v2":                  "rewrite api/v2",
		"mirror a b":                      "2 targets for mirror, want one",
		"redirect":                        "0 targets for redirect, want one",
		"leads web":                       `invalid action "leads": want to, mirror, redirect or rewrite`,
		"redirect http://www.example.org": `invalid target "http://www.example.org": want HOST[/PATH] or /PATH, for example: www.example.org/new`,
	} {
		var r rio.Route
		words := strings.Fields(in)
		var got string
		switch err := r.Do(words[0], words[1:], "shop", "shop"); {
		case err != nil:
			got = err.Error()
		case r.Mirror != nil:
			got = "mirror " + r.Mirror.String()
		case r.Redirect != nil:
			got = "redirect " + r.Redirect.String()
		case r.Rewrite != nil:
			got = "rewrite " + r.Rewrite.String()
		default:
			var targets []string
			for _, target := range r.To {
				targets = append(targets, target.String())
			}
			got = strings.Join(targets, " ")
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
	}
}

func TestStackNamesAndWhatMayGo(t *testing.T) {
	for in, want := range map[string]string{
		"shop": "shop", "shop/": "shop", "a": "a", "": "invalid", "/": "invalid", "Shop": "invalid", "a.b": "invalid", "a/b": "invalid", "-a": "invalid", strings.Repeat("a", 64): "invalid",
	} {
		name, err := rio.ParseStack(in)
		if want == "invalid" != (err != nil) || err == nil && name != want || err != nil && !strings.HasPrefix(err.Error(), "invalid stack ") {
			t.Errorf("%q: got %q, %v", in, name, err)
		}
	}
	for name, may := range map[string]bool{"shop": true, "default": false, "kube-system": false, "kube-public": false, "kube-node-lease": false} {
		if err := (rio.Stack{Name: name, Own: true}).MayRemove(); (err == nil) != may {
			t.Errorf("%s: %v", name, err)
		}
		if err := (rio.Stack{Name: name}).MayRemove(); err == nil || !strings.Contains(err.Error(), "kubectl delete namespace "+name) {
			t.Errorf("%s, which was not made as a stack: %v", name, err)
		}
	}
}

func TestRangesOfReplicas(t *testing.T) {
	for in, want := range map[string]string{
		"0": "0", "3": "3", "1-1": "1", "2-5": "2-5", "100000": "100000",
		"2-":    `invalid scale "2-": want MIN-MAX with numbers of replicas, 1 to 100000, for example 2-5`,
		"x-3":   `invalid scale "x-3": want MIN-MAX with numbers of replicas, 1 to 100000, for example 2-5`,
		"5-2":   `invalid scale "5-2": an autoscaler keeps at least 1 pod, and no more than MAX; want MIN-MAX, for example 2-5`,
		"0-2":   `invalid scale "0-2": an autoscaler keeps at least 1 pod, and no more than MAX; want MIN-MAX, for example 2-5`,
		"-1":    `invalid scale "-1": want a number of replicas, 0 to 100000`,
		"":      `invalid scale "": want a number of replicas, 0 to 100000`,
		"1-2-3": `invalid scale "1-2-3": want MIN-MAX with numbers of replicas, 1 to 100000, for example 2-5`,
		"1e3":   `invalid scale "1e3": want a number of replicas, 0 to 100000`,
	} {
		got, err := rio.ParseRange(in)
		text := got.String()
		if err != nil {
			text = err.Error()
		}
		if text != want {
			t.Errorf("%q: got %s, want %s", in, text, want)
		}
	}
}
