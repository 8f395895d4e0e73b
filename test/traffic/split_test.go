package traffic

import (
	"math/rand/v2"
	"net/http"
	"testing"
	"time"
)

func TestWithinSigma(t *testing.T) {
	for name, tc := range map[string]struct {
		requests, hits, weight int
		ok                     bool
		text                   string
	}{
		"as set":                        {10000, 3000, 30, true, "30% -> 30.0% (±1.8)"},
		"chance":                        {10000, 3180, 30, true, "30% -> 31.8% (±1.8)"},
		"not chance":                    {10000, 3190, 30, false, "30% -> 31.9% (±1.8)"},
		"too few":                       {10000, 2810, 30, false, "30% -> 28.1% (±1.8)"},
		"none of nothing":               {10000, 0, 0, true, "0% -> 0.0% (±0.0)"},
		"one of nothing":                {10000, 1, 0, false, "0% -> 0.0% (±0.0)"},
		"all":                           {10000, 10000, 100, true, "100% -> 100.0% (±0.0)"},
		"all but one":                   {10000, 9999, 100, false, "100% -> 100.0% (±0.0)"},
		"nothing measured is not right": {0, 0, 30, false, "30% -> 0.0% (±0.0)"},
	} {
		t.Run(name, func(t *testing.T) {
			got := WithinSigma(tc.requests, tc.hits, tc.weight, 4)
			if got.OK() != tc.ok || got.String() != tc.text {
				t.Errorf("got %v, ok %v; want %q, ok %v", got, got.OK(), tc.text, tc.ok)
			}
		})
	}
}

// A fair gateway passes, one that is three points off does not.
func TestWithinSigmaTellsAFairSplitFromAnotherOne(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	draw := func(percent float64) (hits int) {
		for range 10000 {
			if 100*random.Float64() < percent {
				hits++
			}
		}
		return hits
	}
	for range 100 {
		if fair := WithinSigma(10000, draw(30), 30, 4); !fair.OK() {
			t.Errorf("fair, but %v", fair)
		}
		if other := WithinSigma(10000, draw(33.5), 30, 4); other.OK() {
			t.Errorf("3.5 points off, but %v", other)
		}
	}
}

func TestVersionOf(t *testing.T) {
	for name, tc := range map[string]struct {
		header http.Header
		body   string
		want   string
	}{
		"the echo image":              {http.Header{"X-Version": {"v2"}, "Server": {"istio-envoy"}}, "v2 pod\n", "v2"},
		"nginx itself":                {http.Header{"Server": {"nginx/1.22.1"}}, "", "nginx"},
		"Apache itself":               {http.Header{"Server": {"Apache/2.4.62 (Debian)"}}, "", "httpd"},
		"nginx through the gateway":   {http.Header{"Server": {"istio-envoy"}}, "<title>Welcome to nginx!</title>", "nginx"},
		"Debian's Apache through it":  {http.Header{"Server": {"istio-envoy"}}, "<title>Apache2 Debian Default Page: It works</title>", "httpd"},
		"the httpd image through it":  {http.Header{"Server": {"istio-envoy"}}, "<html><body><h1>It works!</h1></body></html>", "httpd"},
		"one that says nothing of it": {http.Header{"Server": {"istio-envoy"}}, "hello", Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			if got := versionOf(tc.header, []byte(tc.body)); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestQuantile(t *testing.T) {
	p := Phase{}
	if got := p.Quantile(0.5); got != 0 {
		t.Errorf("of nothing: %s", got)
	}
	for i := range 100 {
		p.latencies = append(p.latencies, time.Duration(100-i)*time.Millisecond)
	}
	if p50, p99 := p.Quantile(0.5), p.Quantile(0.99); p50 != 51*time.Millisecond || p99 != 100*time.Millisecond {
		t.Errorf("p50 %s, p99 %s", p50, p99)
	}
}
