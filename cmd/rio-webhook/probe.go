package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// probe is what helm test runs: it serves a word that nobody can guess, and asks for it at
// the gateway until a request came through and back to this very pod.
func probe(ctx context.Context, args []string, out io.Writer) error {
	f := flag.NewFlagSet("probe", flag.ContinueOnError)
	listen := f.String("listen", ":8080", "address to serve on")
	url := f.String("url", "", "where to ask: the gateway")
	host := f.String("host", "", "host to ask for: one that is routed here")
	timeout := f.Duration("timeout", time.Minute, "how long to ask")
	if err := f.Parse(args); err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", *listen)
	if err != nil {
		return err
	}
	word := rand.Text()
	server := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, word)
	})}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()

	ctx, cancel := context.WithTimeout(ctx, *timeout)
	defer cancel()
	// The certificate is for names under which services are published, not for the gateway's.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	var last error // what the gateway said, rather than that a request was cut off at the end
	for begin := time.Now(); ; {
		err := askFor(ctx, client, *url, *host, word)
		if ctx.Err() == nil || last == nil {
			last = err
		}
		if err == nil {
			_, err := fmt.Fprintf(out, "a request to %s for %s came back to this pod after %s\n", *url, *host, time.Since(begin).Round(time.Millisecond))
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("no request to %s for %q came back to this pod in %s: %w", *url, *host, *timeout, last)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// askFor wants a word as the answer, whatever it takes.
func askFor(ctx context.Context, client *http.Client, url, host, word string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	request.Host = host
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<10))
	if err != nil {
		return err
	}
	if string(body) != word {
		return errors.New("the answer was " + response.Status + ": " + strings.TrimSpace(string(body)))
	}
	return nil
}
