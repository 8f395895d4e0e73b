package lab

import (
	"strings"
	"testing"
)

func TestNoRetries(t *testing.T) {
	dump := func(virtualHost, route string) string {
		return `{"configs":[{"route_config":{"virtual_hosts":[{"domains":["other"],"routes":[{"route":{"retry_policy":{"retry_on":"reset","num_retries":2}}}]},
			{"domains":["foobar.x","foobar.x:*"]` + virtualHost + `,"routes":[{"route":{"cluster":"a"` + route + `}}]}]}}]}`
	}
	for name, tc := range map[string]struct{ dump, problem string }{
		"none asked for":           {dump("", ""), ""},
		"after a line of log":      {"2026-11-24 warn no CA\n" + dump("", ""), ""},
		"Istio's default":          {dump("", `,"retry_policy":{"retry_on":"reset-before-request","num_retries":2}`), "attempts=0"},
		"the number is left out":   {dump("", `,"retry_policy":{"retry_on":"reset"}`), "attempts=0"},
		"zero times":               {dump("", `,"retry_policy":{"retry_on":"reset","num_retries":0}`), ""},
		"on no occasion":           {dump("", `,"retry_policy":{"num_retries":3}`), ""},
		"by the virtual host":      {dump(`,"retry_policy":{"retry_on":"reset","num_retries":1}`, ""), "attempts=0"},
		"the route takes it back":  {dump(`,"retry_policy":{"retry_on":"reset"}`, `,"retry_policy":{"retry_on":"reset","num_retries":0}`), ""},
		"the host is not there":    {`{"configs":[]}`, "no route"},
		"what came is not Envoy's": {`<html>`, "route table"},
	} {
		t.Run(name, func(t *testing.T) {
			err := noRetries([]byte(tc.dump), "foobar.x")
			if (err == nil) != (tc.problem == "") || err != nil && !strings.Contains(err.Error(), tc.problem) {
				t.Errorf("got %v, want %q", err, tc.problem)
			}
		})
	}
}
