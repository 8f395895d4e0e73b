package main

import (
	"crypto/tls"
	"crypto/x509"
	"testing"
	"time"
)

const host = "rio-webhook.rio-system.svc"

var begin = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

const life = 90 * 24 * time.Hour

// handshake connects a caller that trusts a bundle to a server with a certificate.
func handshake(now time.Time, bundle []byte, certificate *tls.Certificate) error {
	clock := func() time.Time { return now }
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{*certificate}, Time: clock})
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }()
	go func() {
		if server, err := listener.Accept(); err == nil {
			_ = server.(*tls.Conn).Handshake()
			_ = server.Close()
		}
	}()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(bundle)
	client, err := tls.Dial("tcp", listener.Addr().String(), &tls.Config{RootCAs: roots, ServerName: host, Time: clock})
	if err == nil {
		err = client.Close()
	}
	return err
}

// Over three lifetimes, whoever knows a bundle that is up to a seventh of a lifetime old
// connects, and so does who knows the newest.
func TestRotationHasNoGap(t *testing.T) {
	const steps = 60
	step := life / steps
	var as authorities
	var bundles [][]byte
	signers := map[string]bool{}
	for i := range 3 * steps {
		now := begin.Add(time.Duration(i) * step)
		var err error
		if as, _, err = as.renew(now, life); err != nil {
			t.Fatal(err)
		}
		bundles = append(bundles, as.bundle())
		signer := as.signer(now)
		signers[signer.cert.Subject.CommonName] = true
		certificate, err := signer.sign([]string{host})
		if err != nil {
			t.Fatal(err)
		}
		for _, age := range []int{0, 1, steps / 7} {
			if err := handshake(now, bundles[max(0, i-age)], certificate); err != nil {
				t.Fatalf("step %d, bundle of %d steps before: %v", i, age, err)
			}
		}
		if len(as) > 2 {
			t.Fatalf("step %d: %d authorities are trusted", i, len(as))
		}
	}
	if len(signers) < 4 {
		t.Errorf("%d authorities signed in three lifetimes: there was no rotation", len(signers))
	}
}

// The same without the overlap must fail, or the test above sees nothing.
func TestRotationWithoutOverlapIsNoticed(t *testing.T) {
	old, _, err := authorities{}.renew(begin, life)
	if err != nil {
		t.Fatal(err)
	}
	now := begin.Add(life * 3 / 4)
	both, changed, err := old.renew(now, life)
	if err != nil || !changed || len(both) != 2 {
		t.Fatalf("no successor at 3/4 of the lifetime: %v", err)
	}
	certificate, err := both[1].sign([]string{host})
	if err != nil {
		t.Fatal(err)
	}
	if handshake(now, old.bundle(), certificate) == nil {
		t.Error("a caller that knows only the old authority trusts the new one")
	}
}

func TestAuthoritiesEncode(t *testing.T) {
	as, _, err := authorities{}.renew(begin, life)
	if err != nil {
		t.Fatal(err)
	}
	as, _, err = as.renew(begin.Add(life*3/4), life)
	if err != nil {
		t.Fatal(err)
	}
	data, err := as.encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := parseAuthorities(data)
	if err != nil || string(got.bundle()) != string(as.bundle()) || len(got) != 2 || !got[1].key.Equal(as[1].key) {
		t.Errorf("parsed %d authorities of %d: %v", len(got), len(as), err)
	}
	for _, broken := range []string{"x", string(as.bundle()[:100]), string(as.bundle())} {
		if _, err := parseAuthorities([]byte(broken)); err == nil {
			t.Errorf("no error for %q", broken)
		}
	}
}

func TestExpiredAuthoritiesAreReplaced(t *testing.T) {
	as, _, err := authorities{}.renew(begin, life)
	if err != nil {
		t.Fatal(err)
	}
	now := begin.Add(2 * life)
	next, changed, err := as.renew(now, life)
	if err != nil || !changed || len(next) != 1 || !next.signer(now).cert.NotAfter.After(now) {
		t.Errorf("after an outage longer than a lifetime: %d authorities, %v", len(next), err)
	}
}
