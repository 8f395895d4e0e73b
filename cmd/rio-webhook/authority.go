package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"time"
)

// authorities are the certificate authorities of the webhook, oldest first. One lives
// for a lifetime L:
//
//	0            it is made, and everyone is told to trust it
//	1/6 L        it signs
//	2/3 L        its successor is made; from here on both are trusted
//	5/6 L        its successor signs
//	L            it is forgotten
//
// So whom to trust is known for 1/6 L before it matters, and is still known for 1/6 L
// after: no caller with a stale list meets a certificate that it does not trust. Only
// the first one signs at once.
type authorities []authority

type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

const (
	pemCertificate = "CERTIFICATE"
	pemKey         = "EC PRIVATE KEY"
)

// backdated is how far the clock of an API server may be behind that of the webhook's node: until it
// came to the first certificate's time it would refuse that.
const backdated = time.Hour

func (a authority) made() time.Time { return a.cert.NotBefore.Add(backdated) }

func (a authority) life() time.Duration { return a.cert.NotAfter.Sub(a.made()) }

// renew drops who is past, adds a successor when it is time, and says whether it did
// either.
func (as authorities) renew(now time.Time, life time.Duration) (authorities, bool, error) {
	var live authorities
	for _, a := range as {
		if now.Before(a.cert.NotAfter) {
			live = append(live, a)
		}
	}
	changed := len(live) != len(as)
	if n := len(live); n > 0 && now.Before(live[n-1].made().Add(live[n-1].life()*2/3)) {
		return live, changed, nil
	}
	next, err := newAuthority(now, life)
	return append(live, next), true, err
}

// signer is the newest that everyone has had time to hear of, else the oldest.
func (as authorities) signer(now time.Time) authority {
	for i := len(as) - 1; i > 0; i-- {
		if !now.Before(as[i].made().Add(as[i].life() / 6)) {
			return as[i]
		}
	}
	return as[0]
}

// bundle is whom to trust, in PEM.
func (as authorities) bundle() []byte {
	var b bytes.Buffer
	for _, a := range as {
		b.Write(pem.EncodeToMemory(&pem.Block{Type: pemCertificate, Bytes: a.cert.Raw}))
	}
	return b.Bytes()
}

// encode and parseAuthorities are how the Secret keeps them: certificate and key, in turn.
func (as authorities) encode() ([]byte, error) {
	var b bytes.Buffer
	for _, a := range as {
		key, err := x509.MarshalECPrivateKey(a.key)
		if err != nil {
			return nil, err
		}
		b.Write(pem.EncodeToMemory(&pem.Block{Type: pemCertificate, Bytes: a.cert.Raw}))
		b.Write(pem.EncodeToMemory(&pem.Block{Type: pemKey, Bytes: key}))
	}
	return b.Bytes(), nil
}

func parseAuthorities(data []byte) (authorities, error) {
	var as authorities
	for len(bytes.TrimSpace(data)) > 0 {
		var certificate, key *pem.Block
		certificate, data = pem.Decode(data)
		key, data = pem.Decode(data)
		if certificate == nil || key == nil {
			return nil, errors.New("want certificates and keys in turn")
		}
		c, err := x509.ParseCertificate(certificate.Bytes)
		if err != nil {
			return nil, err
		}
		k, err := x509.ParseECPrivateKey(key.Bytes)
		if err != nil {
			return nil, err
		}
		as = append(as, authority{c, k})
	}
	return as, nil
}

func newAuthority(now time.Time, life time.Duration) (authority, error) {
	cert, key, err := issue(now.Add(-backdated), now.Add(life), func(c *x509.Certificate) {
		c.Subject = pkix.Name{CommonName: fmt.Sprintf("rio-webhook %s", now.UTC().Format(time.RFC3339))}
		c.IsCA, c.BasicConstraintsValid, c.MaxPathLenZero = true, true, true
		c.KeyUsage = x509.KeyUsageCertSign
	}, nil)
	return authority{cert, key}, err
}

// sign makes a server certificate that lives as long as the authority.
func (a authority) sign(hosts []string) (*tls.Certificate, error) {
	cert, key, err := issue(a.cert.NotBefore, a.cert.NotAfter, func(c *x509.Certificate) {
		c.Subject = pkix.Name{CommonName: hosts[0]}
		c.DNSNames = hosts
		c.KeyUsage = x509.KeyUsageDigitalSignature
		c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	}, &a)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key, Leaf: cert}, nil
}

// issue makes a key and a certificate for it, signed by an authority or by itself.
func issue(from, to time.Time, describe func(*x509.Certificate), by *authority) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, nil, err
	}
	c := &x509.Certificate{SerialNumber: serial, NotBefore: from, NotAfter: to}
	describe(c)
	if by == nil {
		by = &authority{c, key}
	}
	raw, err := x509.CreateCertificate(rand.Reader, c, by.cert, key.Public(), by.key)
	if err != nil {
		return nil, nil, err
	}
	cert, err := x509.ParseCertificate(raw)
	return cert, key, err
}
