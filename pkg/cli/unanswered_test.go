package cli

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// A server that takes a request and does not answer it takes no more time than was given.
func TestAClusterThatDoesNotAnswer(t *testing.T) {
	silent := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-silent:
		}
	}))
	defer server.Close()
	defer close(silent)
	for args, want := range map[string]string{
		"ps --request-timeout 200ms":           `did not answer in time; see: kubectl config get-contexts`,
		"wait foobar --timeout 200ms":          `"foobar" could not be seen in time; see: kubectl rio ps -n shop foobar`,
		"wait foobar:v2 --timeout 200ms":       `"foobar:v2" could not be seen in time; see: kubectl rio ps -n shop foobar:v2`,
		"attach foobar --timeout 200ms":        `did not answer in time; see: kubectl config get-contexts`,
		"weight foobar:v2=30% --timeout 200ms": `did not answer in time; see: kubectl config get-contexts`,
		"install -q --timeout 200ms":           `cannot reach the cluster: Get "` + server.URL + `/version": context deadline exceeded; see: kubectl config get-contexts`,
		"uninstall -q --timeout 200ms":         `cannot reach the cluster: `,
		"info --request-timeout 200ms":         `cannot reach the cluster: `,
	} {
		begin := time.Now()
		got := runAgainst(t, server.URL, strings.Fields(args)...)
		if got.Code != exitNotReady || !strings.Contains(got.Err, want) || time.Since(begin) > 5*time.Second {
			t.Errorf("%s: after %s exit code %d, %s", args, time.Since(begin), got.Code, got.Err)
		}
	}
}
