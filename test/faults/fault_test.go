package faults

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
)

const mine = "rio-test-mine"

// server is an API server that counts what it did.
func server(t *testing.T) (*Proxy, *atomic.Int32) {
	t.Helper()
	done := &atomic.Int32{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		done.Add(1)
		_, _ = io.WriteString(w, "did "+string(body))
	}))
	t.Cleanup(s.Close)
	p, err := Start(t.Context(), &rest.Config{Host: s.URL}, mine)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	p.hold = 50 * time.Millisecond
	return p, done
}

func patch(ctx context.Context, p *Proxy) (code int, body string, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPatch, p.URL()+"/api/v1/namespaces/"+mine+"/services/foobar?fieldManager=x", strings.NewReader("it"))
	if err != nil {
		return 0, "", err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	return response.StatusCode, string(content), err
}

func TestEachFault(t *testing.T) {
	for kind, want := range map[Kind]struct {
		done    int32 // times that the server did it
		killed  bool
		dropped bool
		code    int
		reason  metav1.StatusReason
	}{
		Kill:               {killed: true, dropped: true},
		KillAfter:          {done: 1, killed: true, dropped: true},
		Reset:              {dropped: true},
		TimeoutAfterCommit: {done: 1, dropped: true},
		Conflict:           {code: http.StatusConflict, reason: metav1.StatusReasonConflict},
		TooMany:            {code: http.StatusTooManyRequests, reason: metav1.StatusReasonTooManyRequests},
		Internal:           {code: http.StatusInternalServerError, reason: metav1.StatusReasonInternalError},
	} {
		t.Run(string(kind), func(t *testing.T) {
			p, done := server(t)
			var atKill atomic.Int32
			atKill.Store(-1)
			p.inject(Fault{Point{http.MethodPatch, "/api/v1/namespaces/$NS/services/foobar", 2}, kind, func() { atKill.Store(done.Load()) }})

			if code, body, err := patch(t.Context(), p); code != 200 || body != "did it" || err != nil || p.Hit() {
				t.Fatalf("the first call, which is not the one: %d %q %v, hit %t", code, body, err, p.Hit())
			}
			done.Store(0)
			code, body, err := patch(t.Context(), p)
			if dropped := errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.EOF); dropped != want.dropped || !dropped && err != nil {
				t.Errorf("dropped %t, want %t: %v", dropped, want.dropped, err)
			}
			if done.Load() != want.done || !p.Hit() {
				t.Errorf("the server did it %d times, want %d; hit %t", done.Load(), want.done, p.Hit())
			}
			if killed := atKill.Load() >= 0; killed != want.killed || killed && atKill.Load() != want.done {
				t.Errorf("killed %t, want %t; the server had done it %d times by then, want %d", killed, want.killed, atKill.Load(), want.done)
			}
			if want.code != 0 {
				var status metav1.Status
				if err := json.Unmarshal([]byte(body), &status); err != nil || code != want.code || status.Reason != want.reason || status.Kind != "Status" {
					t.Errorf("answered %d %q, want %d %s", code, body, want.code, want.reason)
				}
			}
			if code, _, err := patch(t.Context(), p); code != 200 || err != nil {
				t.Errorf("the call after it: %d %v", code, err)
			}
		})
	}
}

func TestTheClientMayGiveUpFirst(t *testing.T) {
	p, done := server(t)
	p.hold = time.Hour
	p.inject(Fault{Point{http.MethodPatch, "/api/v1/namespaces/$NS/services/foobar", 1}, TimeoutAfterCommit, nil})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, _, err := patch(ctx, p); !os.IsTimeout(err) && !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the client's own timeout", err)
	}
	if done.Load() != 1 {
		t.Errorf("the server did it %d times, want once", done.Load())
	}
}

func TestWhoIsKilledIsDeadBeforeItHears(t *testing.T) {
	p, done := server(t)
	var err error
	p.Disturb(t.Context(), Fault{Point: Point{http.MethodPatch, "/api/v1/namespaces/$NS/services/foobar", 1}, Kind: KillAfter}, func(ctx context.Context) {
		_, _, err = patch(ctx, p)
	})
	if !errors.Is(err, context.Canceled) || done.Load() != 1 || !p.Hit() {
		t.Errorf("got %v; the server did it %d times; hit %t", err, done.Load(), p.Hit())
	}
}

func TestKinds(t *testing.T) {
	for name, tc := range map[string]struct {
		call Call
		want int
	}{
		"a write":    {Call{Write: true}, 7},
		"a question": {Call{}, 4},
		"a watch":    {Call{Stream: true}, 3},
	} {
		if got := Kinds(tc.call); len(got) != tc.want {
			t.Errorf("%s: %q, want %d", name, got, tc.want)
		}
	}
}
