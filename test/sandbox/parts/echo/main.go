// Command echo answers every request with its version and host name, so that a
// measurement can tell which revision answered. VERSION and PORT are its settings;
// ?sleep=50ms delays an answer (10 s at most), ?status=503 chooses its status, ?show has it
// tell what it was asked, ?log=TEXT has it logged. On the same port it speaks HTTP/2, gRPC
// (grpc.health.v1.Health) and websockets, with TLS_PORT also TLS, with UDP_PORT also UDP.
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

	"golang.org/x/sync/errgroup"
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
	server := &http.Server{Addr: ":" + cmp.Or(os.Getenv("PORT"), "80"), Handler: allProtocols(version, host), Protocols: new(http.Protocols)}
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetUnencryptedHTTP2(true)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return serve(ctx, server, server.ListenAndServe) })
	if port := os.Getenv("TLS_PORT"); port != "" {
		secure := &http.Server{Addr: ":" + port, Handler: server.Handler, TLSConfig: selfSigned()}
		group.Go(func() error {
			return serve(ctx, secure, func() error { return secure.ListenAndServeTLS("", "") })
		})
	}
	if port := os.Getenv("UDP_PORT"); port != "" {
		group.Go(func() error { return serveUDP(ctx, port, version, host) })
	}
	log.Printf("echo %s on %s listens on %s", version, host, server.Addr)
	if err := group.Wait(); err != nil {
		log.Fatal(err)
	}
}

// serve ends when ctx does, after the requests that are under way.
func serve(ctx context.Context, server *http.Server, listen func() error) error {
	failed := make(chan error, 1)
	go func() { failed <- listen() }()
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
