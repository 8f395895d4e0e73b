package main

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestCertificatesServeAndNameWhoTheyShould(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	c := newSettings("/state", "10.1.2.3")
	if err := writePKI(dir, identities(c), now); err != nil {
		t.Fatal(err)
	}
	ca, err := os.ReadFile(filepath.Join(dir, "ca.crt"))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(ca) {
		t.Fatal("ca.crt is no certificate")
	}
	verify := func(file, host string, at time.Time, usage x509.ExtKeyUsage) (*x509.Certificate, error) {
		pair, err := tls.LoadX509KeyPair(filepath.Join(dir, file+".crt"), filepath.Join(dir, file+".key"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = pair.Leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: host, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{usage}})
		return pair.Leaf, err
	}
	for _, host := range []string{"127.0.0.1", "10.1.2.3", "10.96.0.1", "kubernetes.default.svc"} {
		if _, err := verify("apiserver", host, now, x509.ExtKeyUsageServerAuth); err != nil {
			t.Errorf("the API server cannot serve %s: %v", host, err)
		}
	}
	if _, err := verify("apiserver", "example.org", now, x509.ExtKeyUsageServerAuth); err == nil {
		t.Error("the API server's certificate serves example.org")
	}
	if _, err := verify("kubelet-serving", "10.1.2.3", now.AddDate(9, 0, 0), x509.ExtKeyUsageServerAuth); err != nil {
		t.Errorf("kubelet, nine years on: %v", err)
	}
	if _, err := verify("admin", "", now, x509.ExtKeyUsageServerAuth); err == nil {
		t.Error("a client's certificate can serve")
	}
	node, err := verify("kubelet", "", now, x509.ExtKeyUsageClientAuth)
	if err != nil || node.Subject.CommonName != "system:node:sandbox" || !slices.Equal(node.Subject.Organization, []string{"system:nodes"}) {
		t.Errorf("kubelet is %v: %v", node.Subject, err)
	}
	key, err := os.ReadFile(filepath.Join(dir, "ca.key"))
	if err != nil || !strings.HasPrefix(string(key), "-----BEGIN EC PRIVATE KEY-----") {
		t.Errorf("the API server reads no public key from %.30q (%v)", key, err)
	}
}
