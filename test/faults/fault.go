package faults

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Kind is what can go wrong.
type Kind string

// What can go wrong with a call.
const (
	Kill               Kind = "kill"                 // the client dies before the server has heard it
	KillAfter          Kind = "kill after commit"    // the server has done it, and the client dies before it knows
	Reset              Kind = "reset"                // the connection breaks before the server has heard it
	Conflict           Kind = "409"                  // somebody else was faster
	TooMany            Kind = "429"                  // the server is busy, and says so
	Internal           Kind = "500"                  // the server is broken
	TimeoutAfterCommit Kind = "timeout after commit" // the server has done it, and never says so
)

// Kinds lists what can go wrong with a call. A question has nothing to commit, and what
// streams has begun or has not.
func Kinds(c Call) []Kind {
	switch {
	case c.Write:
		return []Kind{Kill, KillAfter, Reset, Conflict, TooMany, Internal, TimeoutAfterCommit}
	case c.Stream:
		return []Kind{Kill, Reset, Internal}
	default:
		return []Kind{Kill, Reset, TooMany, Internal}
	}
}

// Fault is one thing that goes wrong, once.
type Fault struct {
	Point
	Kind Kind
	kill func() // returns when the client is dead; for Kill and KillAfter
}

func (f Fault) String() string { return fmt.Sprintf("%s at %s", f.Kind, f.Point) }

// errInjected is in every answer that is not the server's own.
var errInjected = errors.New("injected by test/faults")

// spoil answers a call as the fault has it.
func (p *Proxy) spoil(w http.ResponseWriter, r *http.Request, f Fault) {
	switch f.Kind {
	case Kill:
		f.kill()
	case KillAfter:
		p.commit(r)
		f.kill()
	case Conflict:
		refuse(w, apierrors.NewConflict(schema.GroupResource{}, r.URL.Path, errInjected))
		return
	case TooMany:
		w.Header().Set("Retry-After", "1")
		refuse(w, apierrors.NewTooManyRequests(errInjected.Error(), 1))
		return
	case Internal:
		refuse(w, apierrors.NewInternalError(errInjected))
		return
	case TimeoutAfterCommit:
		p.commit(r)
		select {
		case <-r.Context().Done():
		case <-time.After(p.hold):
		}
	}
	drop(w)
}

// commit has the server do it, whatever becomes of the client, and keeps the answer.
func (p *Proxy) commit(r *http.Request) {
	p.forward.ServeHTTP(discard{}, r.WithContext(context.WithoutCancel(r.Context())))
}

// discard is for answers that nobody gets.
type discard http.Header

func (d discard) Header() http.Header       { return http.Header(d) }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

// refuse answers as the API server does, https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/
func refuse(w http.ResponseWriter, err *apierrors.StatusError) {
	status := err.Status()
	status.TypeMeta = metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(int(status.Code))
	_ = json.NewEncoder(w).Encode(status) // the client may be gone, which is its own affair
}

// drop ends the connection with a reset and no answer.
func drop(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, fmt.Sprintf("cannot drop the connection: %v", err), http.StatusNotImplemented)
		return
	}
	defer conn.Close()
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // without it the client sees a proper end, not a reset
	}
}
