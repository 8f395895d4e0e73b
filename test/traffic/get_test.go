package traffic

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestGet(t *testing.T) {
	var n atomic.Int64
	target, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Version", "v1")
		if n.Add(1) == 3 {
			w.WriteHeader(http.StatusBadGateway)
		}
	})
	p, err := Get(t.Context(), target, "foobar.example", 10)
	if err != nil || p.Requests != 10 || p.Lost != 1 || p.Versions["v1"] != 9 {
		t.Errorf("got %v, %v", p, err)
	}
	if _, err := Get(t.Context(), "192.0.2.1:80", "foobar.example", 1); err == nil {
		t.Error("it asked another machine")
	}
}

func TestAwait(t *testing.T) {
	var n atomic.Int64
	target, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if n.Add(1) < 3 {
			w.WriteHeader(http.StatusNotFound)
		}
	})
	if err := Await(t.Context(), target, "foobar.example", 5*time.Second); err != nil || n.Load() != 3 {
		t.Errorf("after %d requests: %v", n.Load(), err)
	}
	down, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
	if err := Await(t.Context(), down, "foobar.example", 60*time.Millisecond); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("of a host that is not there: %v", err)
	}
}
