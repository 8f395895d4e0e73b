// Command echo answers every request with its version and host name, so that a
// measurement can tell which revision answered. VERSION and PORT are its settings;
// ?sleep=50ms delays an answer (10 s at most), ?status=503 chooses its status.
package main

import (
	"cmp"
	"context"
	"errors"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const (
	longestSleep = 10 * time.Second
	drain        = 20 * time.Second // below the 30 s after which a pod is killed
)

func main() {
	host, err := os.Hostname()
	if err != nil {
		log.Fatal(err)
	}
	version := cmp.Or(os.Getenv("VERSION"), "v0")
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	server := &http.Server{Addr: ":" + cmp.Or(os.Getenv("PORT"), "80"), Handler: handler(version, host)}
	log.Printf("echo %s on %s listens on %s", version, host, server.Addr)
	if err := serve(ctx, server); err != nil {
		log.Fatal(err)
	}
}

// serve ends when ctx does, after the requests that are under way.
func serve(ctx context.Context, server *http.Server) error {
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	limit, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	if err := server.Shutdown(limit); err != nil {
		return err
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
