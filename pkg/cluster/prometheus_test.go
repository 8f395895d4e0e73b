package cluster

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestPrometheus(t *testing.T) {
	const (
		selector = `{cluster_name=~"outbound\\|\\d+\\|([^|]+)\\|foobar\\.default\\.svc\\..*"}[30000ms]))`
		codes    = `sum by (cluster_name, response_code) (increase(envoy_cluster_upstream_rq` + selector
		times    = `sum by (cluster_name, le) (increase(envoy_cluster_upstream_rq_time_bucket` + selector
	)
	vector := func(elements ...string) string {
		return `{"status":"success","data":{"resultType":"vector","result":[` + strings.Join(elements, ",") + `]}}`
	}
	element := func(label, value, n string) string {
		return fmt.Sprintf(`{"metric":{"cluster_name":"outbound|80|v2|foobar.default.svc.cluster.local",%q:%q},"value":[1732450000.1,%q]}`, label, value, n)
	}
	answers := map[string]string{
		codes: vector(element("response_code", "200", "99.6"), element("response_code", "503", "3.2"),
			strings.ReplaceAll(element("response_code", "200", "7"), "|v2|", "|gone|")),
		times: vector(element("le", "+Inf", "100.4"), element("le", "0.5", "10"), element("le", "1000", "99.9")),
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query().Get("query")
		if user, password, _ := r.BasicAuth(); r.URL.Path != "/prom/api/v1/query" || answers[query] == "" || user != "me" || password != "secret" {
			t.Errorf("asked for %s %s as %q", r.URL.Path, query, user)
		}
		fmt.Fprint(w, answers[query])
	}))
	t.Cleanup(srv.Close)
	s := foobar()
	s.Put(rio.Revision{Name: "v2"})
	got, err := Prometheus{URL: strings.Replace(srv.URL, "//", "//me:secret@", 1) + "/prom/"}.Measure(t.Context(), s, 30*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]rio.Figures{
		"latest": {Window: 30 * time.Second},
		"v2": {Requests: 103, Errors: 3, Window: 30 * time.Second, Latency: []rio.Bucket{
			{UpTo: ms / 2, Count: 10}, {UpTo: time.Second, Count: 100}, {UpTo: rio.Unbounded, Count: 100}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPrometheusFaults(t *testing.T) {
	for sentence, tc := range map[string]struct {
		code       int
		body, want string
	}{
		"it refuses the question":    {422, `{"status":"error","errorType":"execution","error":"too many samples"}`, "422 Unprocessable Entity: too many samples"},
		"it is something else":       {200, `<html>`, "200 OK, and no answer of a Prometheus"},
		"it wants to know who asks":  {401, ``, "401 Unauthorized, and no answer of a Prometheus"},
		"it answers with no number":  {200, `{"status":"success","data":{"result":[{"metric":{},"value":[1,"NaN"]}]}}`, "NaN is not a number"},
		"it answers with no element": {200, `{"status":"success","data":{"result":[{"metric":{}}]}}`, "<nil> is not a number"},
	} {
		t.Run(sentence, func(t *testing.T) {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(tc.code)
				fmt.Fprint(w, tc.body)
			}))
			t.Cleanup(srv.Close)
			_, err := Prometheus{URL: srv.URL}.Measure(t.Context(), foobar(), time.Minute)
			want := fmt.Sprintf("ask the Prometheus at %s: %s; see that --prometheus is its address, as http://127.0.0.1:9090", srv.URL, tc.want)
			if err == nil || err.Error() != want {
				t.Errorf("%v, want %s", err, want)
			}
		})
	}
	silent := make(chan struct{})
	for sentence, begin := range map[string]string{"it says nothing": "", "it begins, and says no more": `{"status":`} {
		t.Run(sentence, func(t *testing.T) {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprint(w, begin)
				if begin != "" {
					_ = http.NewResponseController(w).Flush()
				}
				<-silent
			}))
			defer srv.Close()
			defer func() { silent <- struct{}{} }()
			_, err := Prometheus{URL: srv.URL, Patience: 50 * ms}.Measure(t.Context(), foobar(), time.Minute)
			if want := "ask the Prometheus at " + srv.URL + ": no answer within 50ms; "; err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%v, want %s", err, want)
			}
		})
	}
	for address, want := range map[string]string{
		"http://me:secret@127.0.0.1:1": "ask the Prometheus at http://me:xxxxx@127.0.0.1:1: connection refused; ",
		"nonsense":                     "ask the Prometheus at nonsense: unsupported protocol scheme",
	} {
		if _, err := (Prometheus{URL: address}).Measure(t.Context(), foobar(), time.Minute); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
