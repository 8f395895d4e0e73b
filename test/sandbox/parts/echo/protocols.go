package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log"
	"math/big"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
)

// allProtocols tells them apart by what a request asks for.
func allProtocols(version, host string) http.Handler {
	plain, calls := handler(version, host), grpcServer(version, host)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.Header.Get("Content-Type"), "application/grpc"):
			calls.ServeHTTP(w, r)
		case websocket.IsWebSocketUpgrade(r):
			talk(w, r, version)
		default:
			plain.ServeHTTP(w, r)
		}
	})
}

// grpcServer answers the health check, and says in a header who did.
func grpcServer(version, host string) *grpc.Server {
	who := func(ctx context.Context, request any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		if err := grpc.SetHeader(ctx, metadata.Pairs("x-version", version, "x-pod", host)); err != nil {
			return nil, err
		}
		return next(ctx, request)
	}
	s := grpc.NewServer(grpc.UnaryInterceptor(who))
	grpc_health_v1.RegisterHealthServer(s, health.NewServer())
	return s
}

// talk answers each message of a websocket with it, the version in front.
func talk(w http.ResponseWriter, r *http.Request, version string) {
	conn, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return // the upgrader has answered
	}
	defer func() { _ = conn.Close() }()
	for {
		kind, message, err := conn.ReadMessage()
		if err != nil {
			return
		}
		if err := conn.WriteMessage(kind, append([]byte(version+" "), message...)); err != nil {
			return
		}
	}
}

// serveUDP answers each datagram with version and host name.
func serveUDP(ctx context.Context, port, version, host string) error {
	conn, err := (&net.ListenConfig{}).ListenPacket(ctx, "udp", ":"+port)
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, func() { _ = conn.Close() })
	buffer := make([]byte, 1500)
	for {
		_, from, err := conn.ReadFrom(buffer)
		switch {
		case ctx.Err() != nil:
			return nil //nolint:nilerr // it was told to end
		case err != nil:
			return err
		}
		if _, err := conn.WriteTo(fmt.Appendf(nil, "%s %s\n", version, host), from); err != nil {
			return err
		}
	}
}

// selfSigned makes a certificate that nobody has to trust: what is looked at is who answers.
func selfSigned() *tls.Config {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		log.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().AddDate(1, 0, 0), DNSNames: []string{"echo"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		log.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}
