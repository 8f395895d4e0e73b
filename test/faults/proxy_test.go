package faults

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

func TestCallsAreTheSameInEveryRun(t *testing.T) {
	p, _ := server(t)
	ask := func(method, path string, header ...string) {
		r, err := http.NewRequest(method, p.URL()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, response.Body)
		response.Body.Close()
	}
	const ns = "/api/v1/namespaces/" + mine
	ask("GET", ns+"/services?limit=500&labelSelector=app%3Dfoobar%2Cnamespace%3D"+mine)
	ask("GET", ns+"/services?limit=500&labelSelector=app%3Dfoobar%2Cnamespace%3D"+mine+"&continue=abc")
	ask("GET", ns+"/pods?watch=true&resourceVersion=17&timeoutSeconds=300")
	ask("PATCH", ns+"/services/foobar?fieldManager=kubectl-rio&force=false")
	ask("PATCH", ns+"/services/foobar?fieldManager=kubectl-rio&force=false&dryRun=All")
	ask("DELETE", ns+"-b/services/foobar")
	ask("POST", "/api/v1/namespaces")
	ask("GET", "/api/v1/namespaces/rio-system/pods/rio-lb-6d5f-x2x1/portforward?ports=15000")
	ask("POST", "/api/v1/namespaces/rio-system/pods/rio-lb-6d5f-x2x2/portforward", "Upgrade", "")
	ask("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews")
	want := []Call{
		{Point{"GET", "/api/v1/namespaces/$NS/services?labelSelector=app=foobar,namespace=$NS", 1}, false, false},
		{Point{"GET", "/api/v1/namespaces/$NS/services?labelSelector=app=foobar,namespace=$NS", 2}, false, false},
		{Point{"GET", "/api/v1/namespaces/$NS/pods?watch=true", 1}, false, true},
		{Point{"PATCH", "/api/v1/namespaces/$NS/services/foobar", 1}, true, false},
		{Point{"PATCH", "/api/v1/namespaces/$NS/services/foobar?dryRun=All", 1}, false, false},
		{Point{"DELETE", "/api/v1/namespaces/rio-test-mine-b/services/foobar", 1}, true, false},
		{Point{"POST", "/api/v1/namespaces", 1}, true, false},
		{Point{"GET", "/api/v1/namespaces/rio-system/pods/*/portforward", 1}, false, true},
		{Point{"POST", "/api/v1/namespaces/rio-system/pods/*/portforward", 1}, false, true},
		{Point{"POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", 1}, false, false},
	}
	if diff := cmp.Diff(want, p.Calls()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// An API server speaks HTTP/2, in which nothing can be upgraded: the proxy must not.
func TestUpgradesPassThrough(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			http.Error(w, err.Error(), http.StatusHTTPVersionNotSupported)
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: "+r.Header.Get("Upgrade")+"\r\n\r\n")
		_, _ = io.Copy(conn, rw)
	}))
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	p, err := Start(t.Context(), &rest.Config{Host: s.URL, TLSClientConfig: rest.TLSClientConfig{Insecure: true}}, mine)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	connect := func() (net.Conn, *http.Response, *bufio.Reader, error) {
		conn, err := net.Dial("tcp", p.listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		_, _ = io.WriteString(conn, "GET /api/v1/namespaces/x/pods/y/portforward HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
		in := bufio.NewReader(conn)
		response, err := http.ReadResponse(in, nil)
		return conn, response, in, err
	}
	conn, response, in, err := connect()
	if err != nil || response.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("got %v, %v, want 101", response, err)
	}
	response.Body.Close()
	for _, said := range []string{"there\n", "and back\n"} {
		_, _ = io.WriteString(conn, said)
		if heard, err := in.ReadString('\n'); heard != said || err != nil {
			t.Fatalf("heard %q, %v, want %q", heard, err, said)
		}
	}
	p.inject(Fault{Point{"GET", "/api/v1/namespaces/x/pods/*/portforward", 2}, Reset, nil})
	if _, response, _, err := connect(); err == nil {
		response.Body.Close()
		t.Errorf("a connection that was to be reset was answered: %s", response.Status)
	}
}

// lateEnd is a body whose end is looked for late: net/http has closed it by then if the answer has begun.
type lateEnd struct {
	io.Reader
	answer chan struct{}
}

func (b *lateEnd) Read(to []byte) (int, error) {
	n, err := b.Reader.Read(to)
	if err != io.EOF {
		return n, err
	}
	select {
	case <-b.answer:
		return 0, http.ErrBodyReadAfterClose
	case <-time.After(200 * time.Millisecond):
		return 0, io.EOF
	}
}

// begun closes a channel when an answer begins.
type begun struct {
	*httptest.ResponseRecorder
	answer chan struct{}
}

func (b begun) WriteHeader(code int) {
	b.ResponseRecorder.WriteHeader(code)
	close(b.answer)
}

// A transport that found the body closed under it broke the answer off: the creation of a release's
// record, whose answer is as long as what was sent, failed on a busy machine.
func TestAnswersComeWhole(t *testing.T) {
	const size = 1 << 20
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent, _ := io.ReadAll(io.LimitReader(r.Body, size))
		_, _ = w.Write(sent[:size/2])
		_ = http.NewResponseController(w).Flush()
		time.Sleep(20 * time.Millisecond)
		_, _ = w.Write(sent[size/2:])
	}))
	t.Cleanup(s.Close)
	p, err := Start(t.Context(), &rest.Config{Host: s.URL}, mine)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	w := begun{httptest.NewRecorder(), make(chan struct{})}
	r := httptest.NewRequest(http.MethodPost, p.URL(), &lateEnd{strings.NewReader(strings.Repeat("x", size)), w.answer})
	r.ContentLength = size
	p.ServeHTTP(w, r)
	if got := w.Body.Len(); got != size {
		t.Errorf("%d bytes came back, want %d", got, size)
	}
}

func TestKubeconfig(t *testing.T) {
	p, _ := server(t)
	path, err := p.Kubeconfig(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	loaded := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(&clientcmd.ClientConfigLoadingRules{ExplicitPath: path}, &clientcmd.ConfigOverrides{})
	config, err := loaded.ClientConfig()
	if err != nil || config.Host != p.URL() {
		t.Errorf("it leads to %v (%v), want %s", config, err, p.URL())
	}
	if ns, _, err := loaded.Namespace(); ns != mine || err != nil {
		t.Errorf("namespace %q (%v), want %q", ns, err, mine)
	}
}
