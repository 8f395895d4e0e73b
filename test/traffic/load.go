// Package traffic sends a steady load of HTTP requests through a gateway and keeps
// account of every answer: from which revision it came, and what was lost.
//
// The loop is closed: each worker waits for its answer before it sends again, so a
// slow gateway gets fewer requests, never a heap of them. Nothing is ever sent twice:
// a request that fails is lost and counted. Load goes to this machine's loopback
// only, and ends by itself, in count and in time.
package traffic

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// Load says what is sent.
type Load struct {
	Target  string        // address of the gateway, IP:PORT on the loopback
	Host    string        // host name that is asked for, with or without a path
	Rate    int           // requests per second, at most
	Workers int           // requests in flight, at most
	Fresh   int           // percent of the requests that open a connection of their own
	Max     int           // requests in all, at most
	For     time.Duration // how long is sent, at most
	Timeout time.Duration // of one request
	Headers []string      // of every request, as "Name: value"
}

// validate refuses a load that has no end, or that would go elsewhere.
func (l Load) validate() error {
	target, err := netip.ParseAddrPort(l.Target)
	switch {
	case err != nil:
		return fmt.Errorf("load on %q: want IP:PORT on the loopback, for example 127.0.0.1:80", l.Target)
	case !target.Addr().IsLoopback():
		return fmt.Errorf("load on %q refused: it goes to the loopback only; forward a port to it: kubectl port-forward", l.Target)
	case l.Rate <= 0 || l.Workers <= 0:
		return fmt.Errorf("load of %d requests/s by %d workers: want more than none", l.Rate, l.Workers)
	case l.Max <= 0 || l.For <= 0 || l.Timeout <= 0:
		return fmt.Errorf("load of at most %d requests for %s, each %s: want an end", l.Max, l.For, l.Timeout)
	case l.Fresh < 0 || l.Fresh > 100:
		return fmt.Errorf("load with %d%% new connections: want 0%% to 100%%", l.Fresh)
	}
	return nil
}

// request is the bytes of one request.
func (l Load) request(ctx context.Context) ([]byte, error) {
	url := "http://" + l.Host
	if !strings.Contains(l.Host, "/") {
		url += "/"
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("User-Agent", "rio-traffic")
	for _, line := range l.Headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	var b bytes.Buffer
	err = r.Write(&b)
	return b.Bytes(), err
}

// Run is a load under way.
type Run struct {
	load    Load
	limiter *rate.Limiter
	stop    context.CancelFunc
	workers sync.WaitGroup
	sent    atomic.Int64
	ended   atomic.Int64 // answered or lost
	book    book
}

// Start begins to send. The load goes on until Stop, the end of ctx, Max or For;
// requests under way are always waited for.
func Start(ctx context.Context, l Load) (*Run, error) {
	if err := l.validate(); err != nil {
		return nil, err
	}
	request, err := l.request(ctx)
	if err != nil {
		return nil, err
	}
	// A short stall of this machine is made up for, a long one is not.
	r := &Run{load: l, limiter: rate.NewLimiter(rate.Limit(l.Rate), max(1, l.Rate/20))}
	r.book.begin("start", time.Now())
	ctx, r.stop = context.WithTimeout(ctx, l.For)
	for range l.Workers {
		r.workers.Go(func() { r.work(ctx, &client{target: l.Target, request: request, timeout: l.Timeout}) })
	}
	return r, nil
}

func (r *Run) work(ctx context.Context, c *client) {
	defer c.close()
	for {
		n := r.sent.Add(1)
		if n > int64(r.load.Max) || r.limiter.Wait(ctx) != nil {
			return
		}
		fresh := n*int64(r.load.Fresh)/100 > (n-1)*int64(r.load.Fresh)/100
		phase := r.book.current()
		r.book.add(phase, c.get(fresh))
		r.ended.Add(1)
	}
}

// Mark begins a phase: it has every request that is sent from now on. A phase of that
// name goes on.
func (r *Run) Mark(phase string) { r.book.begin(phase, time.Now()) }

// Requests is how many answers and losses there are so far.
func (r *Run) Requests() int { return int(r.ended.Load()) }

// Reach waits until there are that many answers, all phases together.
func (r *Run) Reach(ctx context.Context, requests int) error {
	ended := make(chan struct{})
	go func() { r.workers.Wait(); close(ended) }()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for r.Requests() < requests {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ended:
			if n := r.Requests(); n < requests {
				return fmt.Errorf("the load ended after %d of %d requests (at most %d, for %s)", n, requests, r.load.Max, r.load.For)
			}
		case <-tick.C:
		}
	}
	return nil
}

// Stop ends the load and gives the account of it.
func (r *Run) Stop() Report {
	r.stop()
	r.workers.Wait()
	return r.book.report(time.Now())
}

// ErrLost is what Report.Err wraps.
var ErrLost = errors.New("requests were lost")
