package cli

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// Who presses Ctrl-C is told what stands, for the screen does not show it.
func TestAnInterruptSaysWhatStands(t *testing.T) {
	const inPart, whole = " is written in part; the same command again does the rest; see: ", " is written, and not confirmed yet; see: "
	for sentence, tc := range map[string]struct {
		command string
		after   int    // so many writes it is interrupted
		at      string // by a request of this method
		want    string
	}{
		"before the first write":             {"weight web:v2=40%", 0, "GET", "nothing was written"},
		"a promotion before its first write": {"promote web:v2", 0, "GET", "nothing was written"},
		"in the midst of a write":            {"scale web=2", 0, "PATCH", `the change of "web"` + inPart + "kubectl rio ps -n shop web"},
		"with pods to wait for":              {"scale web=2", 1, "GET", `the change of "web"` + whole + "kubectl rio ps -n shop web"},
		"with sidecars to ask":               {"weight --confirm mesh web:v2=40%", 1, "GET", `the change of "web"` + whole + "kubectl rio weight -n shop web"},
		"of two, the second":                 {"scale --wait=false web=2 other=2", 1, "PATCH", `the change of "other"` + inPart + "kubectl rio ps -n shop other"},
		"between two":                        {"scale --wait=false web=2 other=2", 1, "GET", "nothing else was written"},
		"between two writes":                 {"stage --image nginx:2 web:v4", 1, "PATCH", `the change of "web"` + inPart + "kubectl rio ps -n shop web"},
		"a removal of several steps":         {"rm web:v3", 1, "GET", `the change of "web"` + inPart + "kubectl rio weight -n shop web"},
		"what is about no service":           {"route add www redirect example.org", 1, "PATCH", `the change of service/www` + whole + "kubectl get -n shop service/www\n  the change of virtualservice/www" + inPart + "kubectl get -n shop virtualservice/www"},
		"a release, of routes":               {"release --yes other", 2, "DELETE", `the change of "other"` + inPart + "kubectl get -n shop deployment/other"},
		"a release that asks sidecars":       {"release --yes other", 3, "GET", `the change of "other"` + inPart + "kubectl get -n shop deployment/other"},
		"an adoption with pods to wait for":  {"adopt --yes --expose 80/http deploy/loose", 1, "GET", `the change of "loose"` + inPart + "kubectl get -n shop deployment/loose"},
		"what only shows":                    {"weight web", 0, "GET", ""},
		"a dry run":                          {"weight web:v2=40% --dry-run=client", 0, "GET", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := newStore()
			limit, done := context.WithTimeout(t.Context(), 15*time.Second)
			defer done()
			ctx, interrupt := context.WithCancel(limit)
			armed := false
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				s.mu.Lock()
				now := armed && r.Method == tc.at && len(s.writes) == tc.after
				s.mu.Unlock()
				if now {
					interrupt()
					_, _ = io.Copy(io.Discard, r.Body) // or the server does not see that its client is gone
					<-r.Context().Done()
					return
				}
				s.ServeHTTP(w, r)
			}))
			defer server.Close()
			for _, c := range []string{"run --name web --expose 80/http nginx", "stage --image httpd web:v2", "stage web:v3", "run --name other --expose 80/http nginx", "stage other:v2"} {
				given(t, s, server.URL, c)
			}
			serve(t, s, "web")
			serve(t, s, "other")
			fill(t, s, []byte(`/apis/apps/v1/namespaces/shop/deployments/loose: {apiVersion: apps/v1, kind: Deployment, metadata: {name: loose, namespace: shop, managedFields: []},
  spec: {replicas: 1, selector: {matchLabels: {app: loose}}, template: {metadata: {labels: {app: loose}}, spec: {containers: [{name: main, image: "web:1"}]}}}}`))
			given(t, s, server.URL, "weight --wait=false web:v2=30%")
			s.writes = nil
			useCluster(t, server.URL)
			armed = true
			var said bytes.Buffer
			code := Main(ctx, strings.Fields(tc.command+" -q"), genericiooptions.IOStreams{In: strings.NewReader(""), Out: &bytes.Buffer{}, ErrOut: &said})
			if tc.want != "" {
				tc.want = "error: interrupted; " + tc.want + "\n"
			}
			if diff := cmp.Diff(tc.want, said.String()); diff != "" || code != exitInterrupted {
				t.Errorf("exit code %d, %s", code, diff)
			}
		})
	}
}
