package main

import (
	"net/http/httptest"
	"testing"
	"time"
)

func TestHandler(t *testing.T) {
	for name, tt := range map[string]struct {
		url    string
		status int
		body   string
	}{
		"any path answers with version and host": {"/a/b", 200, "v2 pod-1\n"},
		"a status can be asked for":              {"/?status=503", 503, "v2 pod-1\n"},
		"a wrong status is refused":              {"/?status=1000", 400, "status=\"1000\" is not a status from 200 to 599\n"},
		"a wrong sleep is refused":               {"/?sleep=soon", 400, "sleep=\"soon\" is not a duration like 50ms\n"},
	} {
		t.Run(name, func(t *testing.T) {
			w := httptest.NewRecorder()
			handler("v2", "pod-1").ServeHTTP(w, httptest.NewRequest("GET", tt.url, nil))
			if w.Code != tt.status || w.Body.String() != tt.body {
				t.Errorf("got %d %q, want %d %q", w.Code, w.Body.String(), tt.status, tt.body)
			}
			if tt.status != 400 && (w.Header().Get("X-Version") != "v2" || w.Header().Get("X-Pod") != "pod-1") {
				t.Errorf("headers: %v", w.Header())
			}
		})
	}
}

func TestSleepIsWaitedForAndBounded(t *testing.T) {
	w := httptest.NewRecorder()
	start := time.Now()
	handler("v1", "h").ServeHTTP(w, httptest.NewRequest("GET", "/?sleep=30ms", nil))
	if took := time.Since(start); took < 30*time.Millisecond {
		t.Errorf("answered after %v, want 30ms or more", took)
	}
	wait, _, err := wishes(httptest.NewRequest("GET", "/?sleep=1h", nil))
	if err != nil || wait != longestSleep {
		t.Errorf("got %v, %v, want %v", wait, err, longestSleep)
	}
}
