package traffic

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Phase is what became of the requests that were sent between two marks.
type Phase struct {
	Name      string
	Requests  int
	Lost      int            // not answered, or not with 200
	Versions  map[string]int // answers with 200, by the revision that gave them
	Statuses  map[int]int    // 0: no answer
	Failures  map[string]int // the lost ones, by reason
	Took      time.Duration
	latencies []time.Duration
}

// Quantile is the time within which that part of the answers came, 0.95 for p95.
func (p Phase) Quantile(q float64) time.Duration {
	if len(p.latencies) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(p.latencies))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

// Rate is requests per second.
func (p Phase) Rate() float64 {
	if p.Took <= 0 {
		return 0
	}
	return float64(p.Requests) / p.Took.Seconds()
}

// Split measures the share of a revision against its weight, within four sigma.
func (p Phase) Split(version string, weight int) Split {
	return WithinSigma(p.Requests-p.Lost, p.Versions[version], weight, 4)
}

func (p Phase) String() string {
	var versions, failures []string
	for _, v := range slices.Sorted(maps.Keys(p.Versions)) {
		versions = append(versions, fmt.Sprintf("%s %d", v, p.Versions[v]))
	}
	for _, f := range slices.Sorted(maps.Keys(p.Failures)) {
		failures = append(failures, fmt.Sprintf("\n%24s%d x %s", "", p.Failures[f], f))
	}
	return fmt.Sprintf("%-22s %7d requests %6.1fs %5.0f/s  lost %d  p50 %s p95 %s p99 %s  %s%s", p.Name, p.Requests,
		p.Took.Seconds(), p.Rate(), p.Lost, ms(p.Quantile(0.5)), ms(p.Quantile(0.95)), ms(p.Quantile(0.99)),
		strings.Join(versions, ", "), strings.Join(failures, ""))
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1fms", float64(d)/float64(time.Millisecond)) }

// Report is the account of a load, in the order of its phases.
type Report []Phase

// Phase finds a phase by name; one that never was has no requests.
func (r Report) Phase(name string) Phase {
	for _, p := range r {
		if p.Name == name {
			return p
		}
	}
	return Phase{Name: name}
}

// Total is all phases together.
func (r Report) Total() Phase {
	t := newPhase("total")
	for _, p := range r {
		t.Requests += p.Requests
		t.Lost += p.Lost
		t.Took += p.Took
		t.latencies = append(t.latencies, p.latencies...)
		sum(t.Versions, p.Versions)
		sum(t.Statuses, p.Statuses)
		sum(t.Failures, p.Failures)
	}
	return *t
}

func sum[K comparable](into, from map[K]int) {
	for k, n := range from {
		into[k] += n
	}
}

// Err is nil when nothing was lost; else it says where and why.
func (r Report) Err() error {
	var lines []string
	for _, p := range r {
		if p.Lost > 0 {
			lines = append(lines, p.String())
		}
	}
	if lines == nil {
		return nil
	}
	return fmt.Errorf("%w:\n%s", ErrLost, strings.Join(lines, "\n"))
}

func (r Report) String() string {
	var lines []string
	for _, p := range append(slices.Clone(r), r.Total()) {
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n")
}

func newPhase(name string) *Phase {
	return &Phase{Name: name, Versions: map[string]int{}, Statuses: map[int]int{}, Failures: map[string]int{}}
}

// book is where the workers write their answers.
type book struct {
	mu     sync.Mutex
	phases []*Phase
	now    *Phase
	since  time.Time
	start  time.Time // of the first phase
	series Series
}

func (b *book) begin(name string, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.turn(now)
	if b.start.IsZero() {
		b.start = now
	}
	b.series.mark(now.Sub(b.start), name)
	i := slices.IndexFunc(b.phases, func(p *Phase) bool { return p.Name == name })
	if i < 0 {
		i, b.phases = len(b.phases), append(b.phases, newPhase(name))
	}
	b.now = b.phases[i]
}

// turn adds the time since the last mark to the phase that it was spent in.
func (b *book) turn(now time.Time) {
	if b.now != nil {
		b.now.Took += now.Sub(b.since)
	}
	b.since = now
}

func (b *book) current() *Phase {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *book) add(p *Phase, a answer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.series.add(time.Since(b.start), a)
	p.Requests++
	p.Statuses[a.status]++
	p.latencies = append(p.latencies, a.took)
	if a.failure != "" {
		p.Lost++
		p.Failures[a.failure]++
		return
	}
	p.Versions[a.version]++
}

func (b *book) report(now time.Time) Report {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.turn(now)
	var r Report
	for _, p := range b.phases {
		c := *p
		c.Versions, c.Statuses, c.Failures = maps.Clone(p.Versions), maps.Clone(p.Statuses), maps.Clone(p.Failures)
		c.latencies = slices.Clone(p.latencies)
		r = append(r, c)
	}
	return r
}
