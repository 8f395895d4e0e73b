package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
)

// TestProbe plays the gateway: one that leads to the pod that asks, and others.
func TestProbe(t *testing.T) {
	var listen string // of the pod
	routed := func(w http.ResponseWriter, r *http.Request) {
		if r.Host != "rio-test.invalid" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: listen}).ServeHTTP(w, r)
	}
	early := 2
	for name, test := range map[string]struct {
		gateway http.HandlerFunc
		host    string
		want    string // in what is printed, or in the error
	}{
		"the way is there": {routed, "rio-test.invalid", "came back to this pod after"},
		"it comes after a while": {func(w http.ResponseWriter, r *http.Request) {
			if early--; early >= 0 {
				w.WriteHeader(http.StatusNotFound)
				return
			}
			routed(w, r)
		}, "rio-test.invalid", "came back to this pod after"},
		"no route":      {routed, "other.invalid", "404 Not Found"},
		"another's pod": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("welcome")) }, "rio-test.invalid", "200 OK: welcome"},
	} {
		t.Run(name, func(t *testing.T) {
			gateway := httptest.NewUnstartedServer(test.gateway) // it has a port already
			listen = free(t)
			gateway.Start()
			defer gateway.Close()
			var out strings.Builder
			err := probe(t.Context(), []string{"--listen", listen, "--url", gateway.URL, "--host", test.host, "--timeout=1s"}, &out)
			said := out.String()
			if err != nil {
				said = err.Error()
			}
			if !strings.Contains(said, test.want) {
				t.Errorf("got %q, want %q", said, test.want)
			}
		})
	}
	if err := probe(t.Context(), []string{"--listen", "nowhere"}, nil); err == nil {
		t.Error("no error for an address that is none")
	}
}

// free is an address that nobody listens on, for who does at once: other tests look for such, too.
func free(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}
