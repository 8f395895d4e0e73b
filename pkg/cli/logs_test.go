package cli

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// withLogs is a store whose containers have written lines, the last one not to its end.
func withLogs(s *store) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/log") {
			s.ServeHTTP(w, r)
			return
		}
		_, _ = io.WriteString(w, r.URL.Query().Get("container")+" was here\r\n\nand stays")
	})
}

// A name of nothing is said at once, for the others may be followed for hours.
func TestLogsOfSeveral(t *testing.T) {
	s := newStore()
	server := httptest.NewServer(withLogs(s))
	defer server.Close()
	for _, name := range []string{"web", "api"} {
		given(t, s, server.URL, "run --name "+name+" nginx")
		fill(t, s, fmt.Appendf(nil, `/api/v1/namespaces/shop/pods/%[1]s-6c8b5d9f4-x7k2p: {apiVersion: v1, kind: Pod, metadata: {name: %[1]s-6c8b5d9f4-x7k2p, namespace: shop,
  labels: {rio.cattle.io: "true", rio.cattle.io/namespace: shop, rio.cattle.io/service: %[1]s, rio.cattle.io/revision: latest}}, spec: {containers: [{name: %[1]s}]}}`, name))
	}
	fill(t, s, []byte(`/api/v1/namespaces/shop/pods/web-7d9c6f5b5-x2x9k: {apiVersion: v1, kind: Pod, metadata: {name: web-7d9c6f5b5-x2x9k, namespace: shop,
  labels: {rio.cattle.io: "true", rio.cattle.io/namespace: shop, rio.cattle.io/service: web, rio.cattle.io/revision: v2}}, spec: {containers: [{name: log}]}}`))
	lines := "web was here\r\n\nand stays\n"
	missing := "error: stack \"shop\" has no service \"nobody\"; see: kubectl rio ps -n shop\n"
	noContainer := "error: pod \"api-6c8b5d9f4-x7k2p\" has no container \"nothing\" (has api)\n"
	for args, want := range map[string]screen{
		"logs web:latest":                             {0, lines, ""},
		"logs nobody web:latest":                      {1, lines, missing},
		"logs -f nobody web:latest":                   {1, lines, missing},
		"logs web/6c8b5d9f4-x7k2p nobody":             {1, lines, missing},
		"logs web:latest api/6c8b5d9f4-x7k2p/nothing": {1, lines, noContainer},
		"logs nobody":                                 {1, "", missing},
		"logs -c nothing web":                         {1, "", "error: pod \"web-6c8b5d9f4-x7k2p\" has no container \"nothing\" (has web)\n"},
		"logs -c nothing web/7d9c6f5b5-x2x9k":         {1, "", "error: pod \"web-7d9c6f5b5-x2x9k\" has no container \"nothing\" (has log)\n"},
		"logs -c web web":                             {0, lines, ""},
	} {
		if diff := cmp.Diff(want, runAgainst(t, server.URL, strings.Fields(args)...)); diff != "" {
			t.Errorf("%s: %s", args, diff)
		}
	}
}
