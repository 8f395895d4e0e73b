package traffic

import (
	"fmt"
	"math"
)

// Split is a measured share beside the weight that was set.
type Split struct {
	Requests, Hits int
	Weight         int     // percent
	Share          float64 // percent
	Allowed        float64 // how far Share may be from Weight, in percentage points
}

// WithinSigma measures a share. Each request is a draw of its own, so hits are spread
// binomially around the weight, and chance alone leaves four sigma once in 16,000
// measurements. A weight of 0% or 100% allows nothing at all.
func WithinSigma(requests, hits, weight int, sigmas float64) Split {
	s := Split{Requests: requests, Hits: hits, Weight: weight}
	if requests > 0 {
		p := float64(weight) / 100
		s.Share = 100 * float64(hits) / float64(requests)
		s.Allowed = 100 * sigmas * math.Sqrt(p*(1-p)/float64(requests))
	}
	return s
}

// OK reports whether the share is the weight, as far as chance lets it. Nothing
// measured is not OK.
func (s Split) OK() bool {
	return s.Requests > 0 && math.Abs(s.Share-float64(s.Weight)) <= s.Allowed
}

func (s Split) String() string {
	return fmt.Sprintf("%d%% -> %.1f%% (±%.1f)", s.Weight, s.Share, s.Allowed)
}
