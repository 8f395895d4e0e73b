package faults

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// Proxy passes a client's calls on to an API server, all but the one that a fault is for.
type Proxy struct {
	namespace string
	hold      time.Duration // how long a call that is never answered stays open
	listener  net.Listener
	server    *http.Server
	forward   *httputil.ReverseProxy

	mu    sync.Mutex
	calls []Call
	fault *Fault
	hit   bool
}

// Start listens on a port of the loopback for the API server of config, with its
// credentials. namespace is what the client works in: it is $NS in every Point.
func Start(ctx context.Context, config *rest.Config, namespace string) (*Proxy, error) {
	config = rest.CopyConfig(config)
	config.NextProtos = []string{"http/1.1"} // a connection of HTTP/2 cannot be upgraded
	transport, err := rest.TransportFor(config)
	if err != nil {
		return nil, err
	}
	target, _, err := rest.DefaultServerUrlFor(config)
	if err != nil {
		return nil, err
	}
	p := &Proxy{namespace: namespace, hold: 3 * time.Second}
	quiet := log.New(io.Discard, "", 0) // clients that go away in the middle are what this is for
	p.forward = &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport:     transport,
		FlushInterval: -1, // a watch is read as it comes
		ErrorLog:      quiet,
	}
	if p.listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	p.server = &http.Server{Handler: p, ErrorLog: quiet, ReadHeaderTimeout: time.Minute}
	go func() { _ = p.server.Serve(p.listener) }() // ends with Close
	return p, nil
}

// URL is where it listens.
func (p *Proxy) URL() string { return "http://" + p.listener.Addr().String() }

// Close ends it, and every call under way.
func (p *Proxy) Close() { p.server.Close() }

// Kubeconfig writes a kubeconfig into dir that leads to the proxy and the namespace. It
// holds no credentials: the proxy has them.
func (p *Proxy) Kubeconfig(dir string) (string, error) {
	const name = "faults"
	config := clientcmdapi.NewConfig()
	config.Clusters[name] = &clientcmdapi.Cluster{Server: p.URL()}
	config.AuthInfos[name] = &clientcmdapi.AuthInfo{}
	config.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: name, Namespace: p.namespace}
	config.CurrentContext = name
	path := filepath.Join(dir, "kubeconfig-faults-"+p.namespace)
	if err := clientcmd.WriteToFile(*config, path); err != nil {
		return "", fmt.Errorf("write the proxy's kubeconfig: %w", err)
	}
	return path, nil
}

// Disturb runs a client, of which one call goes wrong, if it comes. One that is to be killed finds its
// context ended. The connection is dropped only when it is dead, or it could go on for a moment.
func (p *Proxy) Disturb(ctx context.Context, f Fault, client func(context.Context)) {
	ctx, kill := context.WithCancel(ctx)
	defer kill()
	dead := make(chan struct{})
	defer close(dead)
	f.kill = func() {
		kill()
		<-dead
	}
	p.inject(f)
	client(ctx)
}

func (p *Proxy) inject(f Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault, p.hit = &f, false
}

// Hit reports whether the call that was to go wrong came.
func (p *Proxy) Hit() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.hit
}

// Calls lists what came, in the order in which it arrived.
func (p *Proxy) Calls() []Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.calls)
}

// ServeHTTP passes a call on, or spoils it. The body is read to its end first: net/http closes it
// where an answer begins, and a transport that looks for its end only then, as one without a free
// processor does, gives up the connection in the middle of that answer.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		drop(w) // the client has gone away
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if f := p.arrive(r); f != nil {
		p.spoil(w, r, *f)
		return
	}
	p.forward.ServeHTTP(w, r)
}

// arrive counts a call and gives the fault that is for it, once.
func (p *Proxy) arrive(r *http.Request) *Fault {
	c := callOf(r, p.namespace)
	p.mu.Lock()
	defer p.mu.Unlock()
	c.Nth = 1
	for _, before := range p.calls {
		if before.Method == c.Method && before.Path == c.Path {
			c.Nth++
		}
	}
	p.calls = append(p.calls, c)
	if p.fault == nil || p.hit || p.fault.Point != c.Point {
		return nil
	}
	p.hit = true
	return p.fault
}
