package traffic

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// serve starts a server that counts its connections.
func serve(t *testing.T, h http.HandlerFunc) (target string, connections *atomic.Int64) {
	t.Helper()
	connections = &atomic.Int64{}
	s := httptest.NewUnstartedServer(h)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s.Listener.Addr().String(), connections
}

func small(target string) Load {
	return Load{Target: target, Host: "foobar.example", Rate: 5000, Workers: 8, Max: 400, For: 10 * time.Second, Timeout: 2 * time.Second}
}

// play runs a load to its end in count.
func play(t *testing.T, l Load) Report {
	t.Helper()
	r, err := Start(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Reach(t.Context(), l.Max); err != nil {
		t.Fatal(err)
	}
	return r.Stop()
}

func TestEveryAnswerIsAttributed(t *testing.T) {
	var n atomic.Int64
	target, connections := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Host != "foobar.example" {
			t.Errorf("asked for host %q", r.Host)
		}
		w.Header().Set("X-Version", []string{"v1", "v2", "v2", "v2"}[n.Add(1)%4])
	})
	total := play(t, small(target)).Total()
	if total.Requests != 400 || total.Lost != 0 || total.Versions["v1"] != 100 || total.Versions["v2"] != 300 {
		t.Errorf("got %v", total)
	}
	if got := connections.Load(); got != 8 {
		t.Errorf("8 workers that keep their connection opened %d", got)
	}
}

func TestAShareOfTheRequestsOpensItsOwnConnection(t *testing.T) {
	target, connections := serve(t, func(http.ResponseWriter, *http.Request) {})
	l := small(target)
	l.Fresh = 10
	play(t, l)
	if got := connections.Load(); got < 40 || got > 48 {
		t.Errorf("400 requests, 10%% of them fresh, by 8 workers opened %d connections, want 40 to 48", got)
	}
}

func TestEveryLossIsCounted(t *testing.T) {
	var n atomic.Int64
	target, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		switch n.Add(1) % 40 {
		case 1:
			w.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprintln(w, "no healthy upstream")
		case 2:
			hijack(w, func(c *net.TCPConn) { _ = c.SetLinger(0) }) // reset
		case 3:
			hijack(w, func(*net.TCPConn) {}) // closed without an answer
		case 4:
			hijack(w, func(c *net.TCPConn) { fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf") })
		case 5:
			w.WriteHeader(http.StatusNotFound)
		}
	})
	report := play(t, small(target))
	total := report.Total()
	want := map[string]int{
		"503 no healthy upstream":                       10,
		"read: read: connection reset by peer":          10,
		"connection closed before the answer was whole": 20,
		"404 ": 10,
	}
	for failure, count := range want {
		if total.Failures[failure] != count {
			t.Errorf("%q was counted %d times, want %d; all: %v", failure, total.Failures[failure], count, total.Failures)
		}
	}
	if total.Lost != 50 || total.Requests != 400 || total.Statuses[0] != 30 || total.Statuses[200] != 350 {
		t.Errorf("got %v, statuses %v", total, total.Statuses)
	}
	if err := report.Err(); !errors.Is(err, ErrLost) || !strings.Contains(err.Error(), "10 x 503 no healthy upstream") {
		t.Errorf("Err() = %v", err)
	}
}

// hijack ends a connection with no or half an answer.
func hijack(w http.ResponseWriter, last func(*net.TCPConn)) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	last(conn.(*net.TCPConn))
	conn.Close()
}

// A connection that the server closed while nobody used it is what net/http would
// paper over with a second try.
func TestNothingIsSentTwice(t *testing.T) {
	var served atomic.Int64
	target, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		served.Add(1)
		hijack(w, func(c *net.TCPConn) { fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") })
	})
	l := small(target)
	l.Workers, l.Max, l.Rate = 1, 10, 100
	total := play(t, l).Total()
	if served.Load() != 5 || total.Lost != 5 {
		t.Errorf("%d served, %d lost, want 5 and 5: %v", served.Load(), total.Lost, total)
	}
}

func TestASilentServerIsALossInTime(t *testing.T) {
	target, _ := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	l := small(target)
	l.Workers, l.Max, l.Timeout = 2, 4, 30*time.Millisecond
	if total := play(t, l).Total(); total.Failures["no answer in time"] != 4 {
		t.Errorf("got %v", total)
	}
}

func TestPhasesTakeWhatIsSentAfterTheirMark(t *testing.T) {
	var version atomic.Value
	version.Store("old")
	target, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-Version", version.Load().(string)) })
	l := small(target)
	l.Max = 5000
	r, err := Start(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	more := func(n int) {
		if err := r.Reach(t.Context(), r.Requests()+n); err != nil {
			t.Fatal(err)
		}
	}
	more(100)
	r.Mark("roll")
	version.Store("new")
	more(100)
	r.Mark("after")
	more(100)
	report := r.Stop()
	if got := report.Phase("start").Versions["new"]; got > l.Workers {
		t.Errorf("%d requests sent before the mark were answered long after it", got)
	}
	if after := report.Phase("after"); after.Versions["old"] != 0 || after.Versions["new"] < 80 || after.Quantile(0.99) <= 0 || after.Took <= 0 {
		t.Errorf("after the second mark: %v", after)
	}
	if never := report.Phase("never"); never.Requests != 0 || never.Split("new", 100).OK() {
		t.Errorf("a phase that was not has %v", never)
	}
	if report.Err() != nil {
		t.Error(report.Err())
	}
}

func TestALoadEnds(t *testing.T) {
	target, _ := serve(t, func(http.ResponseWriter, *http.Request) {})
	t.Run("in time, not later", func(t *testing.T) {
		l := small(target)
		l.For, l.Rate = 100*time.Millisecond, 100
		r, err := Start(t.Context(), l)
		if err != nil {
			t.Fatal(err)
		}
		err = r.Reach(t.Context(), l.Max)
		if err == nil || r.Requests() > 30 {
			t.Errorf("reached %d of %d requests in 100ms at 100/s, %v", r.Requests(), l.Max, err)
		}
		r.Stop()
	})
	t.Run("at the rate asked for", func(t *testing.T) {
		l := small(target)
		l.Rate, l.Max = 1000, 500
		begin := time.Now()
		play(t, l)
		if took := time.Since(begin); took < 440*time.Millisecond { // 50 may come at once, the rest 1 ms apart
			t.Errorf("500 requests at 1,000/s took %s", took)
		}
	})
	t.Run("with its context", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		r, err := Start(ctx, small(target))
		if err != nil {
			t.Fatal(err)
		}
		cancel()
		if err := r.Reach(ctx, 400); err == nil {
			t.Error("a cancelled load reached its end")
		}
		if total := r.Stop().Total(); total.Lost != 0 {
			t.Errorf("the end of a load is no loss: %v", total)
		}
	})
}

func TestALoadIsRefused(t *testing.T) {
	for name, change := range map[string]func(*Load){
		"off this machine":     func(l *Load) { l.Target = "10.0.0.1:80" },
		"to a name":            func(l *Load) { l.Target = "localhost:80" },
		"without a port":       func(l *Load) { l.Target = "127.0.0.1" },
		"endless in count":     func(l *Load) { l.Max = 0 },
		"endless in time":      func(l *Load) { l.For = 0 },
		"that waits for ever":  func(l *Load) { l.Timeout = 0 },
		"at no rate":           func(l *Load) { l.Rate = 0 },
		"by nobody":            func(l *Load) { l.Workers = 0 },
		"more fresh than all":  func(l *Load) { l.Fresh = 101 },
		"for what is no host ": func(l *Load) { l.Host = "a b" },
	} {
		t.Run(name, func(t *testing.T) {
			l := small("127.0.0.1:1")
			change(&l)
			if r, err := Start(t.Context(), l); err == nil {
				r.Stop()
				t.Error("it was started")
			}
		})
	}
}
