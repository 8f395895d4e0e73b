package cluster

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

const ms = time.Millisecond

// stats is an answer of Envoy 1.40 to /stats?format=json&histogram_buckets=cumulative, with
// fewer buckets, and with more statistics than the filter lets through.
const stats = `{"stats":[
	{"name":"cluster.outbound|80|latest|foobar.default.svc.cluster.local;.upstream_rq_200","value":2442},
	{"name":"cluster.outbound|80|latest|foobar.default.svc.cluster.local;.upstream_rq_404","value":3},
	{"name":"cluster.outbound|80|v2|foobar.default.svc.cluster.local;.upstream_rq_100","value":7},
	{"name":"cluster.outbound|80|v2|foobar.default.svc.cluster.local;.upstream_rq_101","value":1},
	{"name":"cluster.outbound|80|v2|foobar.default.svc.cluster.local;.upstream_rq_200","value":1000},
	{"name":"cluster.outbound|80|v2|foobar.default.svc.cluster.local;.upstream_rq_2xx","value":1000},
	{"name":"cluster.outbound|80|v2|foobar.default.svc.cluster.local;.upstream_rq_500","value":2},
	{"name":"cluster.outbound|80|v2|foobar.default.svc.cluster.local;.upstream_rq_503","value":1},
	{"name":"cluster.outbound|80|v2|foobar.default.svc.cluster.local;.external.upstream_rq_503","value":1},
	{"name":"cluster.outbound|80|v2|foobar.default.svc.cluster.local;.retry.upstream_rq_503","value":9},
	{"name":"cluster.outbound|80|v2|foobar.default.svc.cluster.local;.upstream_rq_total","value":1012},
	{"name":"cluster.outbound|8080|v2|foobar.default.svc.cluster.local;.upstream_rq_200","value":10},
	{"name":"cluster.outbound|80|v3|foobar.default.svc.cluster.local.upstream_rq_200","value":5},
	{"name":"cluster.outbound|80|v3|foobar.default.svc.cluster.local.external.upstream_rq_200","value":5},
	{"name":"cluster.outbound|80||foobar-v2.default.svc.cluster.local;.upstream_rq_200","value":50},
	{"name":"cluster.outbound|80|v2|foobar.defaults.svc.cluster.local;.upstream_rq_200","value":50},
	{"name":"cluster.outbound|80|v2|xfoobar.default.svc.cluster.local;.upstream_rq_200","value":50},
	{"histograms":[
		{"name":"cluster.outbound|80|v2|foobar.default.svc.cluster.local;.upstream_rq_time","buckets":[
			{"upper_bound":0.5,"interval":0,"cumulative":700},{"upper_bound":1,"interval":3,"cumulative":900},{"upper_bound":3e+05,"interval":3,"cumulative":1003}]},
		{"name":"cluster.outbound|8080|v2|foobar.default.svc.cluster.local;.upstream_rq_time","buckets":[
			{"upper_bound":0.5,"interval":0,"cumulative":1},{"upper_bound":1,"interval":0,"cumulative":9},{"upper_bound":3e+05,"interval":0,"cumulative":10}]},
		{"name":"cluster.outbound|80|v2|foobar.default.svc.cluster.local;.external.upstream_rq_time","buckets":[{"upper_bound":0.5,"interval":0,"cumulative":99}]}]}]}`

func TestFiguresOfOneGateway(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		const want = "filter=%5Ecluster%5C.outbound%5C%7C%5Cd%2B%5C%7C%28%5B%5E%7C%5D%2B%29%5C%7Cfoobar%5C.default%5C.svc%5C.%28%3F%3A%5B%5E%3B%5D%2A%3B%7Ccluster%5C.local%29%5C.upstream_rq_%28%5Cd%7B3%7D%7Ctime%29%24" +
			"&format=json&histogram_buckets=cumulative&usedonly="
		if got := r.URL.Query().Encode(); r.URL.Path != "/stats" || got != want {
			t.Errorf("asked for %s?%s, want %s", r.URL.Path, got, want)
		}
		_, _ = w.Write([]byte(stats))
	}))
	t.Cleanup(srv.Close)
	got, err := (&envoy{pod: "gw-1", base: srv.URL}).figures(t.Context(), foobar())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]rio.Figures{
		"latest": {Requests: 2445},
		"v2": {Requests: 1014, Errors: 3, Latency: []rio.Bucket{
			{UpTo: ms / 2, Count: 701}, {UpTo: ms, Count: 909}, {UpTo: 5 * time.Minute, Count: 1013}}},
		"v3": {Requests: 5},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFiguresFaults(t *testing.T) {
	for sentence, tc := range map[string]struct {
		code       int
		body, want string
	}{
		"it does not answer that":     {404, "", "ask the Envoy of gw-1: 404 Not Found"},
		"it is cut off in the middle": {200, `{"stats": [`, "ask the Envoy of gw-1: unexpected EOF"},
		"it has counted nothing yet":  {200, `{"stats":[{"histograms":[]}]}`, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(tc.code)
				_, _ = w.Write([]byte(tc.body))
			}))
			t.Cleanup(srv.Close)
			got, err := (&envoy{pod: "gw-1", base: srv.URL}).figures(t.Context(), foobar())
			if tc.want == "" && (err != nil || len(got) != 0) || tc.want != "" && (err == nil || err.Error() != tc.want) {
				t.Errorf("%v, %v; want %s", got, err, tc.want)
			}
		})
	}
}

func FuzzStatsPattern(f *testing.F) {
	pattern := regexp.MustCompile(statsPattern(foobar()))
	f.Add("v2", "200")
	f.Add("", "time")
	f.Fuzz(func(t *testing.T, revision, code string) {
		for _, domain := range []string{"cluster.local;", "corp.example;", "cluster.local"} {
			m := pattern.FindStringSubmatch("cluster.outbound|80|" + revision + "|foobar.default.svc." + domain + ".upstream_rq_" + code)
			if m != nil && (m[1] == "" || m[1] != revision || m[2] != code) {
				t.Errorf("%q and %q are read as %q", revision, code, m)
			}
		}
	})
}
