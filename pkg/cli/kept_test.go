package cli

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"strings"
	"testing"
)

var serviceName = regexp.MustCompile(`("name":"OTEL_SERVICE_NAME","value":)"[^"]*"`)

// A policy names pods after their workload. Latest can never have the pod of a revision then, which
// is said before anything is written; where all have one name, nothing is in the way.
func TestAPromotionThatAWebhookWouldNotLetEnd(t *testing.T) {
	s := newStore()
	fill(t, s, []byte(gatewaySettings))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name := path.Base(r.URL.Path); r.Method == http.MethodPatch && strings.Contains(r.URL.Path, "/deployments/") && name != "same" {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(serviceName.ReplaceAll(body, []byte(`$1"`+name+`"`))))
		}
		s.ServeHTTP(w, r)
	}))
	defer server.Close()
	for name, ports := range map[string]string{"web": "-p 80/http", "job": "", "same": "-p 80/http"} {
		given(t, s, server.URL, "given run --name "+name+" -e OTEL_SERVICE_NAME="+name+" "+ports+" nginx")
		given(t, s, server.URL, "given stage --image httpd -e OTEL_SERVICE_NAME="+name+"-v2 "+name+":v2")
	}
	refused := func(name, instead string) screen {
		return screen{exitError, "", "error: deployment/" + name + " does not keep what is written to template.spec.containers[" + name + "].env[OTEL_SERVICE_NAME].value: " +
			"an admission webhook or policy changes it, so the promotion would not end; have deployment/" + name + " left out there, or " + instead + "\n"}
	}
	byWeight := "release the traffic with weight instead: kubectl rio weight -n shop web:REVISION=100%"
	for command, want := range map[string]screen{
		"promote -q web:v2":                   refused("web", byWeight),
		"promote -q --dry-run=server web:v2":  refused("web", byWeight),
		"promote -q --gradual web:v2":         refused("web", byWeight),
		"promote -q job:v2":                   refused("job", "change latest itself: kubectl rio edit -n shop job"),
		"promote -q --dry-run=server same:v2": {0, "shop:same (server dry run)\n", ""},
	} {
		if got := runAgainst(t, server.URL, strings.Fields(command)...); got != want {
			t.Errorf("%s\ngot  %+v\nwant %+v", command, got, want)
		}
	}
	if len(s.writes) > 0 {
		t.Errorf("written: %v", s.writes)
	}
}
