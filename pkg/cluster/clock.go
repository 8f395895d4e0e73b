package cluster

import (
	"net/http"
	"sync/atomic"
	"time"
)

// clock is the time by the server's answers: this machine's may be wrong, and what is written in
// the cluster is by the time there. It is to the second, so up to one behind.
type clock struct {
	ahead atomic.Int64 // of this machine's, a time.Duration
}

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// over sets the clock by each answer of a transport.
func (c *clock) over(transport http.RoundTripper) http.RoundTripper { return dated{transport, c} }

type dated struct {
	http.RoundTripper
	clock *clock
}

func (d dated) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := d.RoundTripper.RoundTrip(r)
	if err == nil {
		if date, wrong := http.ParseTime(answer.Header.Get("Date")); wrong == nil {
			d.clock.ahead.Store(int64(time.Until(date)))
		}
	}
	return answer, err
}

// WrappedRoundTripper is what k8s.io/apimachinery/pkg/util/net looks for behind a transport.
func (d dated) WrappedRoundTripper() http.RoundTripper { return d.RoundTripper }
