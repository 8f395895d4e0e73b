package cli

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// outage lets an API server fall silent about a service for a moment, once Prometheus is asked, and
// lose its answer to the first write of the split.
type outage struct{ asked, written, over atomic.Int64 }

func (o *outage) prometheus(next http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if o.asked.Add(1) == 1 {
			o.over.Store(time.Now().Add(time.Second / 2).UnixNano())
		}
		next.ServeHTTP(w, r)
	}
}

func (o *outage) server(next http.Handler, w http.ResponseWriter, r *http.Request) {
	if time.Now().UnixNano() < o.over.Load() {
		panic(http.ErrAbortHandler)
	}
	if r.Method == http.MethodPatch && strings.Contains(r.URL.Path, "/virtualservices/") && o.written.Add(1) == 1 {
		next.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	}
	next.ServeHTTP(w, r)
}

// An API server that is away for some seconds ends no gradual release: neither one that goes on, nor
// one that a gate takes back.
func TestAGradualReleaseOutlastsTheAPIServer(t *testing.T) {
	cases := map[string]struct {
		failed int // of a hundred requests
		code   int
		said   string
		left   string
		away   *outage
	}{
		"onward": {failed: 0, code: 0, said: "onward:v2  waits: cannot reach the cluster", left: "v2 100", away: &outage{}},
		"taken":  {failed: 50, code: exitError, said: "aborted at 50%: v2 errors 50.0% > 1%", left: "latest 100", away: &outage{}},
	}
	s := newStore()
	calm := httptest.NewServer(s)
	defer calm.Close()
	breaks := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, c := range cases {
			if strings.Contains(r.URL.String(), name) {
				c.away.server(s, w, r)
				return
			}
		}
		s.ServeHTTP(w, r)
	}))
	defer breaks.Close()
	commands := map[string]string{}
	for name, c := range cases {
		commands[name] = underWay(t, s, calm.URL, name, c.away.prometheus(answering(name, c.failed)))
		c.away.asked.Store(0)
		c.away.over.Store(0)
	}
	useCluster(t, breaks.URL)
	playAll(t, commands, func(name string, got screen) {
		c := cases[name]
		if got.Code != c.code || !strings.Contains(got.Err, c.said) {
			t.Errorf("%s: exit code %d, want %d and %q: %s", name, got.Code, c.code, c.said, got.Err)
		}
	})
	for name, c := range cases {
		if split := splitOf(s, "shop", name); split != c.left {
			t.Errorf("%s leads to %s, want %s", name, split, c.left)
		}
	}
}
