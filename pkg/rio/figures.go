package rio

import (
	"math"
	"slices"
	"strings"
	"time"
)

// Figures are what gateways saw of a revision's requests: since each of them started, as
// they count, or over a window.
type Figures struct {
	Requests int64         // that were answered, by the revision or by a gateway in its place
	Errors   int64         // those of them answered 5xx; a gateway says so when the revision says nothing
	Latency  []Bucket      // of the answers that the revision gave, by rising UpTo
	Window   time.Duration // 0: since the gateway started
}

// Bucket counts the answers that took at most UpTo, those of all smaller buckets
// included, https://prometheus.io/docs/concepts/metric_types/#histogram
type Bucket struct {
	UpTo  time.Duration
	Count int64
}

// Unbounded is the UpTo of a bucket that holds every answer.
const Unbounded = time.Duration(math.MaxInt64)

// Rate is in requests a second; 0 without a window.
func (f Figures) Rate() float64 {
	if f.Window <= 0 {
		return 0
	}
	return float64(f.Requests) / f.Window.Seconds()
}

// ErrorShare is in percent; 0 when there were no requests. One rounding only, so that
// exactly 1 % is not more than 1 %.
func (f Figures) ErrorShare() float64 {
	if f.Requests == 0 {
		return 0
	}
	return float64(f.Errors*100) / float64(f.Requests)
}

// Timed is how many answers Latency knows of. It may be fewer than Requests: what a
// gateway answers itself takes no time, and proxies publish times later than counts.
func (f Figures) Timed() int64 {
	if len(f.Latency) == 0 {
		return 0
	}
	return f.Latency[len(f.Latency)-1].Count
}

// Quantile is the time within which that part of the answers came, 0 < q <= 1, as
// histogram_quantile finds it: on a straight line between the bounds of the bucket it is
// in, https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile.
// It is false when no answer was timed.
func (f Figures) Quantile(q float64) (time.Duration, bool) {
	if f.Timed() == 0 {
		return 0, false
	}
	rank := q * float64(f.Timed())
	i := slices.IndexFunc(f.Latency, func(b Bucket) bool { return float64(b.Count) >= rank })
	if i < 0 { // q is a hair above 1
		i = len(f.Latency) - 1
	}
	b, below := f.Latency[i], Bucket{}
	if i > 0 {
		below = f.Latency[i-1]
	}
	if b.UpTo == Unbounded { // nothing to draw a line to
		return below.UpTo, i > 0
	}
	part := (rank - float64(below.Count)) / float64(b.Count-below.Count)
	return below.UpTo + time.Duration(part*float64(b.UpTo-below.UpTo)), true
}

// Sub is what one gateway counted since earlier. Counts that went back, or other bounds,
// are those of a gateway that started anew: then all of f came since. The window is the
// caller's to set.
func (f Figures) Sub(earlier Figures) Figures {
	if f.startedAfter(earlier) {
		return f
	}
	f.Requests -= earlier.Requests
	f.Errors -= earlier.Errors
	f.Latency = slices.Clone(f.Latency)
	for i, b := range earlier.Latency {
		f.Latency[i].Count -= b.Count
	}
	return f
}

func (f Figures) startedAfter(earlier Figures) bool {
	if f.Requests < earlier.Requests || f.Errors < earlier.Errors {
		return true
	}
	return len(earlier.Latency) > 0 && !slices.EqualFunc(f.Latency, earlier.Latency, func(now, then Bucket) bool {
		return now.UpTo == then.UpTo && now.Count >= then.Count
	})
}

// Add is what two gateways saw, side by side.
func (f Figures) Add(other Figures) Figures {
	return Figures{f.Requests + other.Requests, f.Errors + other.Errors, addBuckets(f.Latency, other.Latency), max(f.Window, other.Window)}
}

// Then is what was seen in two windows, one after the other.
func (f Figures) Then(next Figures) Figures {
	sum := f.Add(next)
	sum.Window = f.Window + next.Window
	return sum
}

// addBuckets has all bounds of both. An answer that one of them counts up to a bound that
// the other does not have took no longer than the other's next.
func addBuckets(a, b []Bucket) []Bucket {
	var sum []Bucket
	var inA, inB int64
	for len(a) > 0 || len(b) > 0 {
		next := Unbounded
		if len(a) > 0 {
			next = a[0].UpTo
		}
		if len(b) > 0 {
			next = min(next, b[0].UpTo)
		}
		if len(a) > 0 && a[0].UpTo == next {
			inA, a = a[0].Count, a[1:]
		}
		if len(b) > 0 && b[0].UpTo == next {
			inB, b = b[0].Count, b[1:]
		}
		sum = append(sum, Bucket{next, inA + inB})
	}
	return sum
}

// Share is the part of a service's requests that a revision got, in percent; false when
// there were none at all.
func Share(figures map[string]Figures, revision string) (float64, bool) {
	var all int64
	for _, f := range figures {
		all += f.Requests
	}
	if all == 0 {
		return 0, false
	}
	return float64(figures[revision].Requests*100) / float64(all), true
}

// Span is a duration as people write it: 30s, 1m, 1h30m.
func Span(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
