package traffic

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// asker asks once, over a connection of its own, and says which revision answered.
type asker func(ctx context.Context, target, host string) (version string, err error)

// askers are the protocols beside the HTTP/1.1 of Get.
var askers = map[string]asker{"h2": askHTTP2, "grpc": askGRPC, "tls": askTLS, "tcp": askTCP, "udp": askUDP, "websocket": askWebsocket}

// Via asks n times in a protocol: h2 (in clear text), grpc (the health check), tls, tcp (an
// HTTP request), udp or websocket. Whoever is asked is the sandbox's echo image.
func Via(ctx context.Context, protocol, target, host string, n int) (Phase, error) {
	ask, ok := askers[protocol]
	if !ok {
		return Phase{}, fmt.Errorf("no protocol %q, want one of %s", protocol, strings.Join(slices.Sorted(maps.Keys(askers)), ", "))
	}
	var b book
	b.begin(protocol+" "+host, time.Now())
	for range n {
		begin := time.Now()
		limited, cancel := context.WithTimeout(ctx, 5*time.Second)
		version, err := ask(limited, target, host)
		cancel()
		a := answer{status: http.StatusOK, version: version, took: time.Since(begin)}
		if err != nil {
			a.status, a.failure = 0, reason(err)
		}
		b.add(b.current(), a)
	}
	return b.report(time.Now())[0], ctx.Err()
}

// overHTTP2 sends a request in clear text, without asking first whether HTTP/2 is spoken.
func overHTTP2(r *http.Request, target, host string) (*http.Response, error) {
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	transport := &http.Transport{Protocols: protocols, DisableKeepAlives: true}
	r.URL.Scheme, r.URL.Host, r.Host = "http", target, host
	return transport.RoundTrip(r)
}

func askHTTP2(ctx context.Context, target, host string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
	if err != nil {
		return "", err
	}
	return versionIn(overHTTP2(r, target, host))
}

// askGRPC calls grpc.health.v1.Health/Check. The request is an empty message: not compressed,
// of length 0, https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
func askGRPC(ctx context.Context, target, host string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "/grpc.health.v1.Health/Check", strings.NewReader("\x00\x00\x00\x00\x00"))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/grpc")
	r.Header.Set("Te", "trailers")
	response, err := overHTTP2(r, target, host)
	if err != nil {
		return "", err
	}
	version, err := versionIn(response, nil)
	if err != nil {
		return "", err
	}
	status := response.Trailer.Get("Grpc-Status") + response.Header.Get("Grpc-Status") // there, when nothing else is sent
	if status != "0" {
		return "", fmt.Errorf("grpc status %q: %s", status, response.Trailer.Get("Grpc-Message")+response.Header.Get("Grpc-Message"))
	}
	return version, nil
}

func versionIn(response *http.Response, err error) (string, error) {
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil { // trailers come after it
		return "", err
	}
	if response.StatusCode != http.StatusOK {
		return "", errors.New(response.Status)
	}
	return response.Header.Get("X-Version"), nil
}

func askTLS(ctx context.Context, target, host string) (string, error) {
	dialer := tls.Dialer{Config: &tls.Config{ServerName: host, InsecureSkipVerify: true}} //nolint:gosec // who answers is what is looked at
	conn, err := dialer.DialContext(ctx, "tcp", target)
	if err != nil {
		return "", err
	}
	return overConn(ctx, conn, host)
}

func askTCP(ctx context.Context, target, host string) (string, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", target)
	if err != nil {
		return "", err
	}
	return overConn(ctx, conn, host)
}

// overConn sends an HTTP request over a connection that knows nothing of it.
func overConn(ctx context.Context, conn net.Conn, host string) (string, error) {
	defer conn.Close()
	if limit, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(limit); err != nil {
			return "", err
		}
	}
	if _, err := fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", host); err != nil {
		return "", err
	}
	return versionIn(http.ReadResponse(bufio.NewReader(conn), nil))
}

func askUDP(ctx context.Context, target, _ string) (string, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "udp", target)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if limit, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(limit); err != nil {
			return "", err
		}
	}
	if _, err := conn.Write([]byte("?")); err != nil {
		return "", err
	}
	buffer := make([]byte, 1500)
	n, err := conn.Read(buffer)
	version, _, _ := strings.Cut(string(buffer[:n]), " ")
	return version, err
}

// askWebsocket sends a message and wants it back, with the version in front.
func askWebsocket(ctx context.Context, target, host string) (string, error) {
	dialer := websocket.Dialer{NetDialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp", target)
	}}
	conn, response, err := dialer.DialContext(ctx, "ws://"+host+"/", nil) //nolint:bodyclose // it is the connection's, which is closed
	if err != nil && response != nil {
		err = fmt.Errorf("%w: %s", err, response.Status)
	}
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.WriteMessage(websocket.TextMessage, []byte("hello")); err != nil {
		return "", err
	}
	_, message, err := conn.ReadMessage()
	version, rest, _ := strings.Cut(string(message), " ")
	if err == nil && rest != "hello" {
		err = fmt.Errorf("%q came back", message)
	}
	return version, err
}
