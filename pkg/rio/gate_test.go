package rio_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestParseGate(t *testing.T) {
	for sentence, tc := range map[string]struct {
		in      string
		want    rio.Gate
		printed string
	}{
		"a share of errors":                {"errors>1%", rio.Gate{Of: "errors", Percent: 1}, "errors>1%"},
		"the sign may be left out":         {"errors>5", rio.Gate{Of: "errors", Percent: 5}, "errors>5%"},
		"a part of a percent":              {"errors>0.50%", rio.Gate{Of: "errors", Percent: 0.5}, "errors>0.5%"},
		"no error at all":                  {"errors>0%", rio.Gate{Of: "errors"}, "errors>0%"},
		"a quantile":                       {"p95>500ms", rio.Gate{Of: "p95", Limit: 500 * ms}, "p95>500ms"},
		"another one, in another unit":     {"p50>1.5s", rio.Gate{Of: "p50", Limit: 1500 * ms}, "p50>1.5s"},
		"a long one":                       {"p99>1m", rio.Gate{Of: "p99", Limit: time.Minute}, "p99>1m"},
		"spaces, for they are in quotes":   {" p90 > 20ms ", rio.Gate{Of: "p90", Limit: 20 * ms}, "p90>20ms"},
		"a time that is written otherwise": {"p95>0.5s", rio.Gate{Of: "p95", Limit: 500 * ms}, "p95>500ms"},
	} {
		t.Run(sentence, func(t *testing.T) {
			got, err := rio.ParseGate(tc.in)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
			if got.String() != tc.printed {
				t.Errorf("printed as %q, want %q", got, tc.printed)
			}
		})
	}
}

func TestParseGateRefuses(t *testing.T) {
	share := func(in, value string) string {
		return `invalid gate "` + in + `": "` + value + `" is not a share of the requests, want 0% to less than 100%, for example: errors>1%`
	}
	const form = `: want MEASURE>LIMIT, for example: --abort-if 'errors>1%' --abort-if 'p95>500ms'`
	for sentence, tc := range map[string]struct{ in, want string }{
		"nothing":                 {"", `invalid gate ""` + form},
		"no limit":                {"errors>", `invalid gate "errors>"` + form},
		"what a shell has left":   {"errors", `invalid gate "errors"` + form},
		"the other way round":     {"errors<1%", `invalid gate "errors<1%"` + form},
		"or equal":                {"errors>=1%", share("errors>=1%", "=1%")},
		"a share that is no more": {"errors>100%", share("errors>100%", "100%")},
		"less than nothing":       {"errors>-1%", share("errors>-1%", "-1%")},
		"not a number":            {"errors>NaN", share("errors>NaN", "NaN")},
		"a time without its unit": {"p95>500", `invalid gate "p95>500": "500" is not a time, want one with its unit, for example: p95>500ms`},
		"no time at all":          {"p99>0s", `invalid gate "p99>0s": "0s" is not a time, want one with its unit, for example: p99>500ms`},
		"another measure":         {"p75>1s", `invalid gate "p75>1s": nothing measures "p75", want one of errors, p50, p90, p95, p99`},
	} {
		t.Run(sentence, func(t *testing.T) {
			wantError(t, tc.want, func() error { _, err := rio.ParseGate(tc.in); return err })
			wantError(t, tc.want, func() error { _, err := rio.ParseGates([]string{"errors>1%", tc.in}); return err })
		})
	}
}

func TestParseGates(t *testing.T) {
	got, err := rio.ParseGates([]string{"errors>1%", "p95>500ms", "errors>1"})
	if diff := cmp.Diff([]rio.Gate{{Of: "errors", Percent: 1}, {Of: "p95", Limit: 500 * ms}}, got); diff != "" || err != nil {
		t.Errorf("%v, each once: %s", err, diff)
	}
}

func TestBreached(t *testing.T) {
	figures := rio.Figures{Requests: 412, Errors: 13, Latency: buckets(100, 300, 500, 380, 1000, 399), Window: 30*time.Second + 40*ms}
	for sentence, tc := range map[string]struct {
		gate    string
		figures rio.Figures
		want    string
	}{
		"too many errors":                     {"errors>1%", figures, "errors 3.2% > 1% over 30s (412 requests)"},
		"few enough":                          {"errors>4%", figures, ""},
		"exactly as many as may be":           {"errors>1%", rio.Figures{Requests: 1000, Errors: 10}, ""},
		"also of a number that is not binary": {"errors>0.1%", rio.Figures{Requests: 1000, Errors: 1}, ""},
		"one too many shows as more":          {"errors>1%", rio.Figures{Requests: 9999, Errors: 100, Window: time.Minute}, "errors 1.0001% > 1% over 1m (9999 requests)"},
		"the only one":                        {"errors>0%", rio.Figures{Requests: 1, Errors: 1, Window: time.Second}, "errors 100.0% > 0% over 1s (1 request)"},
		"no request is no error":              {"errors>0%", rio.Figures{}, ""},
		"too slow":                            {"p95>400ms", figures, "p95 495ms > 400ms over 30s (412 requests)"},
		"fast enough":                         {"p95>500ms", figures, ""},
		"half of them are":                    {"p50>100ms", figures, ""},
		"a little too slow shows as more":     {"p50>100ms", rio.Figures{Requests: 10000, Latency: buckets(100, 4999, 200, 9999)}, "p50 100.01ms > 100ms over 0s (10000 requests)"},
		"hardly too slow at all, too":         {"p50>1ms", rio.Figures{Requests: 1, Latency: []rio.Bucket{{UpTo: 2*ms + 2, Count: 1}}}, "p50 1.000001ms > 1ms over 0s (1 request)"},
		"no time is not too slow":             {"p99>1ms", rio.Figures{Requests: 3, Errors: 3}, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			gate, err := rio.ParseGate(tc.gate)
			if err != nil {
				t.Fatal(err)
			}
			breached, why := gate.Breached(tc.figures)
			if breached != (tc.want != "") || why != tc.want {
				t.Errorf("%v, %q; want %q", breached, why, tc.want)
			}
		})
	}
}

func TestGateSeen(t *testing.T) {
	f := rio.Figures{Requests: 5, Errors: 2, Latency: buckets(1, 1, 2, 3)}
	if errors, p95 := (rio.Gate{Of: "errors"}).Seen(f), (rio.Gate{Of: "p95", Limit: ms}).Seen(f); errors != 5 || p95 != 3 {
		t.Errorf("errors are seen in requests, times in what was timed: %d, %d", errors, p95)
	}
}

func FuzzParseGate(f *testing.F) {
	for _, s := range []string{"errors>1%", "p95>500ms", "errors>0x1p-2", "errors>1e-9%", "p50>1h0m0s", "p99>1ns", ">", "errors>%", "errors>-0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		g, err := rio.ParseGate(s)
		if err != nil {
			return
		}
		again, err := rio.ParseGate(g.String())
		if err != nil || again != g {
			t.Errorf("%q -> %+v -> %q -> %+v, %v", s, g, g, again, err)
		}
	})
}
