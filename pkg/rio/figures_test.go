package rio_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

const ms = time.Millisecond

// buckets are pairs of a bound in milliseconds and a count.
func buckets(pairs ...int64) []rio.Bucket {
	var all []rio.Bucket
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, rio.Bucket{UpTo: time.Duration(pairs[i]) * ms, Count: pairs[i+1]})
	}
	return all
}

// The numbers are those that histogram_quantile of Prometheus gives.
func TestQuantile(t *testing.T) {
	unbounded := append(buckets(10, 5, 20, 9), rio.Bucket{UpTo: rio.Unbounded, Count: 10})
	for sentence, tc := range map[string]struct {
		latency []rio.Bucket
		q       float64
		want    time.Duration
		ok      bool
	}{
		"in the first bucket the line begins at nothing": {buckets(10, 4, 20, 4), 0.5, 5 * ms, true},
		"on a bound it is the bound":                     {buckets(10, 5, 20, 10), 0.5, 10 * ms, true},
		"between two bounds it is on the line":           {buckets(10, 5, 20, 10), 0.75, 15 * ms, true},
		"empty buckets in front say nothing":             {buckets(10, 0, 20, 0, 30, 4), 0.5, 25 * ms, true},
		"all of them":                                    {buckets(10, 5, 20, 10, 30, 10), 1, 20 * ms, true},
		"beyond the last bound it is the last bound":     {unbounded, 0.95, 20 * ms, true},
		"with no other bound there is no answer":         {[]rio.Bucket{{UpTo: rio.Unbounded, Count: 3}}, 0.5, 0, false},
		"no answer was timed":                            {buckets(10, 0, 20, 0), 0.5, 0, false},
		"there is no histogram":                          {nil, 0.5, 0, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			got, ok := rio.Figures{Latency: tc.latency}.Quantile(tc.q)
			if got != tc.want || ok != tc.ok {
				t.Errorf("%s, %v; want %s, %v", got, ok, tc.want, tc.ok)
			}
		})
	}
}

func TestRateAndShares(t *testing.T) {
	f := rio.Figures{Requests: 412, Errors: 13, Window: 30 * time.Second}
	if got := f.Rate(); math.Abs(got-13.733) > 0.001 {
		t.Errorf("%f requests a second", got)
	}
	if got := f.ErrorShare(); math.Abs(got-3.1553) > 0.0001 {
		t.Errorf("%f%% errors", got)
	}
	if none := (rio.Figures{}); none.Rate() != 0 || none.ErrorShare() != 0 || none.Timed() != 0 {
		t.Errorf("nothing is not a number: %f, %f, %d", none.Rate(), none.ErrorShare(), none.Timed())
	}
	all := map[string]rio.Figures{"latest": {Requests: 2442}, "v2": {Requests: 1084}, "v3": {}}
	if got, ok := rio.Share(all, "v2"); !ok || math.Abs(got-30.743) > 0.001 {
		t.Errorf("v2 got %f%%, %v", got, ok)
	}
	if _, ok := rio.Share(map[string]rio.Figures{"v3": {}}, "v3"); ok {
		t.Error("a share of nothing")
	}
}

func TestSub(t *testing.T) {
	earlier := rio.Figures{Requests: 100, Errors: 2, Latency: buckets(10, 60, 20, 98)}
	for sentence, tc := range map[string]struct{ later, want rio.Figures }{
		"what came in between": {
			rio.Figures{Requests: 150, Errors: 3, Latency: buckets(10, 90, 20, 147)},
			rio.Figures{Requests: 50, Errors: 1, Latency: buckets(10, 30, 20, 49)}},
		"a gateway that started anew": {
			rio.Figures{Requests: 30, Latency: buckets(10, 20, 20, 30)},
			rio.Figures{Requests: 30, Latency: buckets(10, 20, 20, 30)}},
		"only the times show that it did": {
			rio.Figures{Requests: 101, Errors: 2, Latency: buckets(10, 59, 20, 99)},
			rio.Figures{Requests: 101, Errors: 2, Latency: buckets(10, 59, 20, 99)}},
		"with other bounds": {
			rio.Figures{Requests: 200, Errors: 2, Latency: buckets(5, 100, 20, 198)},
			rio.Figures{Requests: 200, Errors: 2, Latency: buckets(5, 100, 20, 198)}},
	} {
		t.Run(sentence, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.later.Sub(earlier)); diff != "" {
				t.Error(diff)
			}
		})
	}
	fresh := rio.Figures{Requests: 3}
	if diff := cmp.Diff(earlier, earlier.Add(fresh).Sub(fresh)); diff != "" {
		t.Errorf("times are published later than counts: %s", diff)
	}
}

// anyFigures have bounds of their own.
func anyFigures(t *rapid.T) rio.Figures {
	f := rio.Figures{
		Errors: rapid.Int64Range(0, 50).Draw(t, "errors"),
		Window: time.Duration(rapid.IntRange(0, 60).Draw(t, "window")) * time.Second,
	}
	f.Requests = f.Errors + rapid.Int64Range(0, 1000).Draw(t, "answered")
	upTo, n := time.Duration(0), int64(0)
	for range rapid.IntRange(0, 4).Draw(t, "buckets") {
		upTo += time.Duration(rapid.IntRange(1, 3).Draw(t, "wider")) * ms
		n += rapid.Int64Range(0, 100).Draw(t, "more")
		f.Latency = append(f.Latency, rio.Bucket{UpTo: upTo, Count: n})
	}
	return f
}

func TestFiguresLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := anyFigures(t), anyFigures(t), anyFigures(t)
		same := func(law string, x, y rio.Figures) {
			if diff := cmp.Diff(x, y); diff != "" {
				t.Fatalf("%s: %s", law, diff)
			}
		}
		same("the order of gateways does not matter", a.Add(b), b.Add(a))
		same("nor how they are grouped", a.Add(b).Add(c), a.Add(b.Add(c)))
		same("windows can be grouped, too", a.Then(b).Then(c), a.Then(b.Then(c)))
		same("nothing adds nothing", a, a.Add(rio.Figures{}))
		more := a
		more.Requests, more.Errors = c.Requests, c.Errors // counted with a's bounds
		since := a.Add(more).Sub(a)
		since.Window = more.Window
		same("what was added can be taken away", more, since)
		if a.Add(b).Timed() != a.Timed()+b.Timed() {
			t.Fatalf("%d times of %d and %d", a.Add(b).Timed(), a.Timed(), b.Timed())
		}
		q := rapid.Float64Range(0.01, 1).Draw(t, "q")
		low, ok := a.Quantile(q)
		high, _ := a.Quantile(1)
		if ok != (a.Timed() > 0) || low < 0 || low > high {
			t.Fatalf("quantile %f is %s of at most %s, %v", q, low, high, ok)
		}
	})
}

func TestSpan(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"30s": 30 * time.Second, "1m": time.Minute, "1m30s": 90 * time.Second, "1h": time.Hour, "1h30m": 90 * time.Minute, "10m": 10 * time.Minute,
		"1h0m5s": time.Hour + 5*time.Second, "500ms": 500 * ms, "1.5s": 1500 * ms, "0s": 0,
	} {
		if got := rio.Span(d); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
