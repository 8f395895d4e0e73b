package rio

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Gate is what a revision must not do while its share grows: errors>1%, p95>500ms.
type Gate struct {
	Of      string        // gateErrors, or a quantile of the latency
	Percent float64       // of the requests, for errors
	Limit   time.Duration // for a quantile
}

const gateErrors = "errors"

// quantiles that a gate may watch.
var quantiles = map[string]float64{"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}

// ParseGate reads errors>PERCENT[%] or pNN>DURATION.
func ParseGate(s string) (Gate, error) {
	of, value, ok := strings.Cut(s, ">")
	g := Gate{Of: strings.TrimSpace(of)}
	value = strings.TrimSpace(value)
	_, timed := quantiles[g.Of]
	switch {
	case !ok || value == "":
		return g, fmt.Errorf("invalid gate %q: want MEASURE>LIMIT, for example: --abort-if 'errors>1%%' --abort-if 'p95>500ms'", s)
	case g.Of == gateErrors:
		percent, err := strconv.ParseFloat(strings.TrimSuffix(value, "%"), 64)
		if err != nil || math.IsNaN(percent) || percent < 0 || percent >= 100 {
			return g, fmt.Errorf("invalid gate %q: %q is not a share of the requests, want 0%% to less than 100%%, for example: errors>1%%", s, value)
		}
		g.Percent = percent
	case timed:
		limit, err := time.ParseDuration(value)
		if err != nil || limit <= 0 {
			return g, fmt.Errorf("invalid gate %q: %q is not a time, want one with its unit, for example: %s>500ms", s, value, g.Of)
		}
		g.Limit = limit
	default:
		return g, fmt.Errorf("invalid gate %q: nothing measures %q, want one of %s", s, g.Of, strings.Join([]string{gateErrors, "p50", "p90", "p95", "p99"}, ", "))
	}
	return g, nil
}

// ParseGates reads several; the first that is wrong is the error.
func ParseGates(all []string) ([]Gate, error) {
	var gates []Gate
	for _, s := range all {
		g, err := ParseGate(s)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(gates, g) {
			gates = append(gates, g)
		}
	}
	return gates, nil
}

// String is the form ParseGate reads.
func (g Gate) String() string {
	if g.Of == gateErrors {
		return fmt.Sprintf("%s>%s%%", g.Of, strconv.FormatFloat(g.Percent, 'f', -1, 64))
	}
	return g.Of + ">" + Span(g.Limit)
}

// Seen is how many requests say something of what the gate watches.
func (g Gate) Seen(f Figures) int64 {
	if g.Of == gateErrors {
		return f.Requests
	}
	return f.Timed()
}

// Breached reports whether the figures are beyond the limit, and says how:
// errors 3.1% > 1% over 30s (412 requests).
func (g Gate) Breached(f Figures) (bool, string) {
	var have, limit string
	if g.Of == gateErrors {
		share := f.ErrorShare()
		if share <= g.Percent {
			return false, ""
		}
		have, limit = percentAbove(share, g.Percent), strconv.FormatFloat(g.Percent, 'f', -1, 64)+"%"
	} else {
		took, ok := f.Quantile(quantiles[g.Of])
		if !ok || took <= g.Limit {
			return false, ""
		}
		have, limit = timeAbove(took, g.Limit), Span(g.Limit)
	}
	return true, fmt.Sprintf("%s %s > %s over %s (%s)", g.Of, have, limit, Span(f.Window.Round(time.Second)), Count(f.Requests, "request"))
}

// percentAbove has as many digits as it takes to be more than the limit.
func percentAbove(percent, limit float64) string {
	for digits := 1; ; digits++ {
		s := strconv.FormatFloat(percent, 'f', digits, 64)
		if shown, err := strconv.ParseFloat(s, 64); err != nil || shown > limit || digits > 9 {
			return s + "%"
		}
	}
}

func timeAbove(d, limit time.Duration) string {
	for _, unit := range []time.Duration{time.Millisecond, time.Microsecond} {
		if shown := d.Round(unit); shown > limit {
			return Span(shown)
		}
	}
	return Span(d)
}
