package install

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// TestWebhookRotates has two replicas of the webhook renew their certificates every few
// seconds while Deployments are made all the time: each is labelled, none is passed by.
func TestWebhookRotates(t *testing.T) {
	p, ok := installed(t, "rio-test-rotate")
	if !ok {
		return
	}
	const rotations = 2
	p.with([]string{"webhook.replicas=1", "webhook.authorityLifetime=2160h"}, "webhook.replicas=2", "webhook.authorityLifetime=15s")
	s := p.newStack("", true)
	s.only("app=rio-webhook", 2)
	// One that was made before lives as long as it was to: only without it is a short one made.
	if _, err := s.kube.CoreV1().Secrets("rio-system").Patch(t.Context(), "rio-webhook", types.MergePatchType, []byte(`{"data":null}`), metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
	trusted := s.trusted()
	s.until(30*time.Second, "there is a new authority", func() bool { return !bytes.Equal(trusted, s.trusted()) })
	s.await(true)

	// The first authority signs at once: until the API server and the other replica have heard of
	// it, they may complain.
	complained := s.calm()
	before := s.count(passedBy)
	var made, bare atomic.Int32
	var failed sync.Map
	var workers sync.WaitGroup
	done := make(chan struct{})
	for i := range 4 {
		workers.Go(func() {
			for {
				select {
				case <-done:
					return
				case <-time.After(20 * time.Millisecond): // more would show no more, and take the processors from the other clusters
				}
				labelled, err := s.dryRun(t.Context(), fmt.Sprintf("made-%d", i))
				made.Add(1)
				if err != nil {
					failed.Store(err.Error(), true)
				} else if !labelled {
					bare.Add(1)
				}
			}
		})
	}
	trusted = s.trusted()
	seen := 0
	for begin := time.Now(); seen < 2*rotations && time.Since(begin) < 2*time.Minute; time.Sleep(50 * time.Millisecond) {
		if now := s.trusted(); !bytes.Equal(trusted, now) { // one comes, one goes: twice in a rotation
			trusted, seen = now, seen+1
		}
	}
	close(done)
	workers.Wait()

	if seen < 2*rotations || made.Load() < 100 {
		t.Fatalf("%d changes of whom to trust, %d Deployments: too little to say anything", seen, made.Load())
	}
	failed.Range(func(message, _ any) bool { t.Error(message); return true })
	if n := bare.Load(); n > 0 {
		t.Errorf("%d of %d Deployments were not labelled", n, made.Load())
	}
	if n := s.count(passedBy) - before; n > 0 {
		t.Errorf("the API server passed the webhook by %d times", n)
	}
	if now := s.complaints(); len(now) > complained {
		t.Errorf("handshakes failed, %d of these before: %s", complained, now)
	}
	t.Logf("%d Deployments, %d changes of whom to trust", made.Load(), seen)
}

// only waits until there are so many pods of rio with a label, and none of before that ends
// still: it goes on with the settings that it had.
func (s stack) only(label string, want int) {
	s.t.Helper()
	s.until(time.Minute, fmt.Sprintf("%d pods have %s", want, label), func() bool {
		pods, err := s.kube.CoreV1().Pods("rio-system").List(s.t.Context(), metav1.ListOptions{LabelSelector: label})
		if err != nil {
			s.t.Fatal(err)
		}
		return len(pods.Items) == want
	})
}

// calm waits until no handshake has failed for so long that each replica has looked around several
// times, and gives how many had failed before.
func (s stack) calm() int {
	s.t.Helper()
	have, since := len(s.complaints()), time.Now()
	for begin := time.Now(); time.Since(since) < 3*time.Second; {
		if time.Since(begin) > time.Minute {
			s.t.Fatalf("after a minute handshakes fail still: %s", s.complaints())
		}
		s.await(true)
		if now := len(s.complaints()); now > have {
			have, since = now, time.Now()
		}
	}
	return have
}

// complaints are the lines that the webhook's pods wrote of handshakes that failed.
func (s stack) complaints() []string {
	s.t.Helper()
	logs, err := s.kubectl.Run(s.t.Context(), "logs", "-n", "rio-system", "-l", "app=rio-webhook", "--prefix", "--tail=-1")
	if err != nil {
		s.t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(logs) {
		if strings.Contains(line, "tls: ") || strings.Contains(line, "x509: ") {
			lines = append(lines, line)
		}
	}
	return lines
}

// trusted is whom the API server is told to trust.
func (s stack) trusted() []byte {
	s.t.Helper()
	c, err := s.kube.AdmissionregistrationV1().MutatingWebhookConfigurations().Get(s.t.Context(), "rio-webhook", metav1.GetOptions{})
	if err != nil {
		s.t.Fatal(err)
	}
	return c.Webhooks[0].ClientConfig.CABundle
}

// TestUpgradeKeepsCertificates changes the webhook itself.
func TestUpgradeKeepsCertificates(t *testing.T) {
	p, ok := installed(t, "rio-test-upgrade")
	if !ok {
		return
	}
	s := p.newStack("", true)
	var authorities string
	var trusted []byte
	// The API server is told a moment later, and short ones of the test before are replaced.
	s.until(30*time.Second, "authorities are known and last", func() bool {
		authorities, trusted = s.kept(), s.trusted()
		return bytes.HasPrefix([]byte(authorities), trusted) && lasting(trusted)
	})
	p.with([]string{"webhook.resources.requests.cpu=10m"}, "webhook.resources.requests.cpu=11m")
	if s.kept() != authorities {
		t.Error("an upgrade made new authorities")
	}
	if !bytes.Equal(s.trusted(), trusted) {
		t.Error("an upgrade changed whom the API server trusts")
	}
	s.await(true)
}

// lasting reports whether all certificates, in PEM, are good for another hour.
func lasting(bundle []byte) bool {
	for block, rest := pem.Decode(bundle); block != nil; block, rest = pem.Decode(rest) {
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil || time.Until(c.NotAfter) < time.Hour {
			return false
		}
	}
	return len(bundle) > 0
}
