package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// api is a client of the API server, as the cluster's admin.
type api struct {
	server string
	http   *http.Client
}

// newAPI reads the certificates in the state folder; it connects to nothing.
func newAPI(state string) (*api, error) {
	pki := func(name string) string { return filepath.Join(state, "pki", name) }
	ca, err := os.ReadFile(pki("ca.crt"))
	if err != nil {
		return nil, err
	}
	cert, err := tls.LoadX509KeyPair(pki("admin.crt"), pki("admin.key"))
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	return &api{
		server: newSettings(state, "").Server,
		http: &http.Client{Transport: &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{cert}},
		}},
	}, nil
}

// do sends a request and gives the body of a good answer; the caller closes it.
func (a *api) do(ctx context.Context, method, path, body string) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, method, a.server+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", "kubectl-rio-sandbox")
	request.Header.Set("Accept", "application/json")
	if method == http.MethodPatch {
		request.Header.Set("Content-Type", "application/merge-patch+json")
	}
	response, err := a.http.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode >= 300 {
		defer response.Body.Close()
		said, _ := io.ReadAll(io.LimitReader(response.Body, 500))
		return nil, fmt.Errorf("%s %s: %s: %s", method, path, response.Status, said)
	}
	return response.Body, nil
}

func (a *api) ready(ctx context.Context) error {
	body, err := a.do(ctx, http.MethodGet, "/readyz", "")
	if err != nil {
		return err
	}
	return body.Close()
}
