package install

import (
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"strings"
	"testing"
	"time"
)

// TestWebhookMayFail puts another server in the webhook's place. Whatever it does wrong,
// Deployments are made as without a webhook, and soon.
func TestWebhookMayFail(t *testing.T) {
	p, ok := installed(t, "rio-test-webhook")
	if !ok {
		return
	}
	s := p.newStack("", true)
	ca := s.authority()
	now := time.Now()
	good := certificate(t, ca, now.Add(time.Hour))

	s.unplug()
	t.Run("dead", func(t *testing.T) { s.sub(t).passes("dead", nil) })

	other := authority{key: newKey(t)}
	other.cert = &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "rio-webhook"}}
	for name, i := range map[string]*impostor{
		"hung":                     {hung: true},
		"with a wrong certificate": {certificate: certificate(t, other, now.Add(time.Hour))},
		"expired":                  {certificate: certificate(t, ca, now.Add(-time.Hour))},
		"speaks no TLS":            {},
	} {
		t.Run(name, func(t *testing.T) {
			s := s.sub(t)
			s.plug(i)
			s.passes(strings.ReplaceAll(strings.ToLower(name), " ", "-"), i)
		})
	}
	// What they answer is a refusal: had one been believed, nothing could have been made.
	t.Run("one that is right is believed", func(t *testing.T) {
		s := s.sub(t)
		s.plug(&impostor{certificate: good})
		var err error
		for begin := time.Now(); time.Since(begin) < 10*time.Second; time.Sleep(100 * time.Millisecond) {
			if _, err = s.dryRun(t.Context(), "refused"); err != nil && strings.Contains(err.Error(), "an impostor says no") {
				return
			}
		}
		t.Errorf("the impostor with a good certificate was not asked: %v", err)
	})
}

func (s stack) sub(t *testing.T) stack {
	s.t = t
	return s
}

// passes makes a Deployment for which the webhook is to be asked in vain.
func (s stack) passes(name string, by *impostor) {
	s.t.Helper()
	before := s.count(passedBy)
	begin := time.Now()
	labelled, err := s.dryRun(s.t.Context(), name)
	took := time.Since(begin)
	if err != nil || labelled {
		s.t.Fatalf("labelled %t, %v", labelled, err)
	}
	if took > 5*time.Second { // the webhook's timeout is 2s, Kubernetes' own default 10s
		s.t.Errorf("it took %s", took)
	}
	if n := s.count(passedBy) - before; n != 1 {
		s.t.Errorf("the API server passed the webhook by %d times, want once", n)
	}
	if by != nil && by.calls.Load() == 0 {
		s.t.Error("nobody called the impostor: the test saw something else")
	}
	s.t.Logf("passed by after %s", took.Round(time.Millisecond))
}

// unplug ends the webhook, and puts it back when the test is over.
func (s stack) unplug() {
	s.t.Helper()
	scale := func(ctx context.Context, n string) error {
		_, err := s.kubectl.Run(ctx, "scale", "-n", "rio-system", "deployment/rio-webhook", "--replicas="+n)
		return err
	}
	s.t.Cleanup(func() {
		if err := scale(context.Background(), "1"); err != nil {
			s.t.Error(err)
		}
		s.rollout("rio-webhook")
		s.await(true)
	})
	if err := scale(s.t.Context(), "0"); err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.kubectl.Run(s.t.Context(), "wait", "-n", "rio-system", "--for=delete", "pod", "-l", "app=rio-webhook", "--timeout=60s"); err != nil {
		s.t.Fatal(err)
	}
	s.await(false)
}
