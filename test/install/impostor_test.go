package install

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admission/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// impostor is a server in the webhook's place.
type impostor struct {
	hung        bool
	certificate *tls.Certificate // none: it speaks no TLS
	calls       atomic.Int32
	held        []net.Conn // of a hung one; out of sight they would be closed
}

// plug leads the webhook's Service to an impostor on this machine until the test is over.
func (s stack) plug(i *impostor) {
	s.t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(s.t.Context(), "tcp4", ":0")
	if err != nil {
		s.t.Fatal(err)
	}
	server := i.serve(listener)
	s.t.Cleanup(func() { server.Close() }) // and the connections that the API server keeps

	services := s.kube.CoreV1().Services("rio-system")
	selector := func(ctx context.Context, patch string) error {
		_, err := services.Patch(ctx, "rio-webhook", types.MergePatchType, []byte(`{"spec":{"selector":`+patch+`}}`), metav1.PatchOptions{})
		return err
	}
	slices := s.kube.DiscoveryV1().EndpointSlices("rio-system")
	s.t.Cleanup(func() {
		ctx := context.Background()
		if err := slices.Delete(ctx, "rio-webhook-impostor", metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
			s.t.Error(err)
		}
		if err := selector(ctx, `{"app":"rio-webhook"}`); err != nil {
			s.t.Error(err)
		}
	})
	if err := selector(s.t.Context(), "null"); err != nil {
		s.t.Fatal(err)
	}
	port := int32(listener.Addr().(*net.TCPAddr).Port)
	slice := &discoveryv1.EndpointSlice{
		ObjectMeta:  metav1.ObjectMeta{Name: "rio-webhook-impostor", Labels: map[string]string{discoveryv1.LabelServiceName: "rio-webhook"}},
		AddressType: discoveryv1.AddressTypeIPv4,
		Endpoints:   []discoveryv1.Endpoint{{Addresses: []string{s.node()}, Conditions: discoveryv1.EndpointConditions{Ready: new(true)}}},
		Ports:       []discoveryv1.EndpointPort{{Name: new("https"), Port: &port, Protocol: new(corev1.ProtocolTCP)}},
	}
	if _, err := slices.Create(s.t.Context(), slice, metav1.CreateOptions{}); err != nil {
		s.t.Fatal(err)
	}
	s.until(30*time.Second, "somebody calls the impostor", func() bool { // kube-proxy hears of it a moment later
		_, _ = s.dryRun(s.t.Context(), "plugged")
		return i.calls.Load() > 0
	})
}

func (s stack) node() string {
	s.t.Helper()
	nodes, err := s.kube.CoreV1().Nodes().List(s.t.Context(), metav1.ListOptions{})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, a := range nodes.Items[0].Status.Addresses {
		if a.Type == corev1.NodeInternalIP {
			return a.Address
		}
	}
	s.t.Fatal("the node has no address")
	return ""
}

// serve answers every review with a refusal, unless it hangs.
func (i *impostor) serve(listener net.Listener) *http.Server {
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(io.Discard, "", 0), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var review admissionv1.AdmissionReview
		if json.NewDecoder(r.Body).Decode(&review) != nil || review.Request == nil {
			return
		}
		review.Response = &admissionv1.AdmissionResponse{UID: review.Request.UID, Result: &metav1.Status{Message: "an impostor says no"}}
		_ = json.NewEncoder(w).Encode(review)
	})}
	if i.certificate != nil {
		listener = tls.NewListener(counted{listener, i}, &tls.Config{Certificates: []tls.Certificate{*i.certificate}, NextProtos: []string{"http/1.1"}})
	} else {
		listener = counted{listener, i}
	}
	go func() { _ = server.Serve(listener) }()
	return server
}

// counted counts who connects; a hung impostor never hears of it.
type counted struct {
	net.Listener
	by *impostor
}

func (c counted) Accept() (net.Conn, error) {
	for {
		conn, err := c.Listener.Accept()
		if err != nil {
			return nil, err
		}
		c.by.calls.Add(1)
		if !c.by.hung {
			return conn, nil
		}
		c.by.held = append(c.by.held, conn)
	}
}

// authority can sign.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// kept waits until the webhook keeps one authority, and reads it: after a test of the
// rotation there still are two.
func (s stack) kept() (all string) {
	s.t.Helper()
	s.until(time.Minute, "the webhook comes to one authority", func() bool {
		secret, err := s.kube.CoreV1().Secrets("rio-system").Get(s.t.Context(), "rio-webhook", metav1.GetOptions{})
		if err != nil {
			s.t.Fatal(err)
		}
		all = string(secret.Data["authorities.pem"])
		return strings.Count(all, "BEGIN CERTIFICATE") == 1
	})
	return all
}

// authority is the one that the webhook signs with.
func (s stack) authority() authority {
	s.t.Helper()
	certificate, rest := pem.Decode([]byte(s.kept()))
	key, _ := pem.Decode(rest)
	if certificate == nil || key == nil {
		s.t.Fatal("the webhook's Secret holds something else")
	}
	var a authority
	var err error
	if a.cert, err = x509.ParseCertificate(certificate.Bytes); err == nil {
		a.key, err = x509.ParseECPrivateKey(key.Bytes)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}

// certificate is one for the webhook's Service.
func certificate(t *testing.T, by authority, until time.Time) *tls.Certificate {
	t.Helper()
	key := newKey(t)
	raw, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(2), NotBefore: until.Add(-2 * time.Hour), NotAfter: until,
		DNSNames: []string{"rio-webhook.rio-system.svc"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, by.cert, key.Public(), by.key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}
