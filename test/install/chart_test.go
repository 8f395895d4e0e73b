package install

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"helm.sh/helm/v3/pkg/action"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
	"github.com/kubectl-rio/kubectl-rio/test/traffic"
)

// helmTest is helm test rio -n rio-system.
func (p player) helmTest() error {
	p.t.Helper()
	run := action.NewReleaseTesting(p.helm("rio-system"))
	run.Namespace, run.Timeout = "rio-system", 90*time.Second
	_, err := run.Run("rio")
	return err
}

func TestHelmTest(t *testing.T) {
	p, ok := installed(t, "rio-test-helm")
	if !ok {
		return
	}
	if err := p.helmTest(); err != nil {
		t.Error(err)
	}
	if out, err := p.kubectl.Run(t.Context(), "get", "pod,service,virtualservice", "-n", "rio-system", "-o", "name"); err != nil || strings.Contains(out, "rio-test") {
		t.Errorf("helm test left something: %v\n%s", err, out)
	}
}

// TestTLS publishes a service over https, with a certificate of its own.
func TestTLS(t *testing.T) {
	p, ok := installed(t, "rio-test-tls")
	if !ok {
		return
	}
	s := p.newStack("", false)
	gateway, err := lab.OpenGateway(t.Context(), p.kubectl)
	if err != nil {
		t.Fatal(err)
	}
	defer gateway.Close()
	host := "foobar." + s.name + "." + gateway.Domain
	ca := authority{key: newKey(t)}
	ca.cert = &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "rio-test-tls"}, Type: corev1.SecretTypeTLS, Data: servingPair(t, ca, "*."+s.name+"."+gateway.Domain)}
	secrets := s.kube.CoreV1().Secrets("rio-system")
	if _, err := secrets.Create(t.Context(), secret, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = secrets.Delete(context.Background(), secret.Name, metav1.DeleteOptions{}) })

	p.rio("run", "--name", "early", "-p", "80/http", "echo:v1") // before there is a certificate
	p.with([]string{"tls.secret="}, "tls.secret="+secret.Name)
	p.rollout("rio-lb")
	p.rio("run", "--name", "foobar", "-p", "80/http", "echo:v1")
	out, _ := p.rio("ps")
	if !strings.Contains(out, "https://"+host+"\n") && !strings.Contains(out, "https://"+host+" ") {
		t.Errorf("ps does not show https://%s:\n%s", host, out)
	}
	raw, err := x509.CreateCertificate(rand.Reader, ca.cert, ca.cert, ca.key.Public(), ca.key)
	if err != nil {
		t.Fatal(err)
	}
	root, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(root)
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{
		DisableKeepAlives: true, // the gateway would not end before its connections
		TLSClientConfig:   &tls.Config{RootCAs: roots},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, "127.0.0.1:443")
		},
	}}
	var last string
	for begin := time.Now(); time.Since(begin) < 20*time.Second; time.Sleep(200 * time.Millisecond) {
		if last = get(t.Context(), client, "https://"+host+"/"); strings.HasPrefix(last, "200") {
			break
		}
	}
	if !strings.HasPrefix(last, "200") {
		t.Errorf("https://%s: %s", host, last)
	}
	p.rio("route", "add", "https://www/x", "to", "foobar")
	www := "www." + s.name + "." + gateway.Domain
	if got := get(t.Context(), client, "https://"+www+"/x"); !strings.HasPrefix(got, "200") {
		t.Errorf("https://%s/x: %s", www, got)
	}
	if plain, err := traffic.Get(t.Context(), gateway.Addr, www+"/x", 1); err != nil || plain.Statuses[http.StatusNotFound] != 1 {
		t.Errorf("a route for https answers over http: %v, %s", err, plain)
	}
	p.rio("route", "rm", "www")
	if out, _ := p.rio("why", "foobar"); !strings.Contains(out, "GET https://"+host+" answers with a certificate that is not trusted here: x509: ") {
		t.Errorf("why does not say that nobody trusts the certificate:\n%s", out)
	}
	if err := p.helmTest(); err != nil {
		t.Errorf("over https: %v", err)
	}
	if code, _, stderr := p.try(append(lab.InstallArgs(os.Getenv), "--set", "tls.redirect=true")...); code != 1 || !strings.Contains(stderr, "served over http only: "+s.name+"/early\n") {
		t.Errorf("a redirect that shuts a service out ends with code %d:\n%s", code, stderr)
	}
	t.Setenv("KUBE_EDITOR", "true")
	p.rio("edit", "early")
	if out, _ := p.rio("ps"); !strings.Contains(out, "https://early.") {
		t.Errorf("published anew, it is not served over https:\n%s", out)
	}
	p.with([]string{"tls.redirect=false"}, "tls.secret="+secret.Name, "tls.redirect=true")
	p.rio("stage", "--image", "echo:v2", "--weight", "50%", "foobar:v2") // it waits for the split on both ports
	if err := redirected(t.Context(), gateway.Addr, host); err != nil {
		t.Error(err)
	}
	p.rio("rm", "foobar", "early")
}

func get(ctx context.Context, client *http.Client, url string) string {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err.Error()
	}
	response, err := client.Do(request)
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<10))
	if err != nil {
		return err.Error()
	}
	return response.Status + " " + string(body)
}

// redirected waits until a request over http is sent on to https.
func redirected(ctx context.Context, gateway, host string) error {
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	last := ""
	for begin := time.Now(); time.Since(begin) < 10*time.Second; time.Sleep(100 * time.Millisecond) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+gateway+"/", nil)
		if err != nil {
			return err
		}
		request.Host = host
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		_ = response.Body.Close()
		if last = response.Status + " " + response.Header.Get("Location"); last == "301 Moved Permanently https://"+host+"/" {
			return nil
		}
	}
	return fmt.Errorf("http://%s is not sent on to https: %s", host, last)
}

// servingPair is the data of a Secret of type kubernetes.io/tls.
func servingPair(t *testing.T, by authority, name string) map[string][]byte {
	t.Helper()
	key := newKey(t)
	raw, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(2), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{name},
	}, by.cert, key.Public(), by.key)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		corev1.TLSCertKey:       pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}),
		corev1.TLSPrivateKeyKey: pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}),
	}
}

// TestGatewayIsRestrictedScalesAndDrains looks at the pods of rio with and without ports of
// the node, has Kubernetes scale the gateway, and asks to take each pod away.
func TestGatewayIsRestrictedScalesAndDrains(t *testing.T) {
	p, ok := installed(t, "rio-test-scale")
	if !ok {
		return
	}
	s := p.newStack("", false)
	p.evictable(s, "app=rio-lb", 1)
	p.evictable(s, "app=rio-webhook", 1)
	if got := p.notRestricted(); !strings.Contains(got, "rio-lb-") || !strings.HasSuffix(got, ": hostPort") || strings.Contains(got, "rio-webhook") {
		t.Errorf("with ports of the node, want a complaint about these alone: %s", got)
	}

	scaled := []string{"gateway.hostPort=false", "gateway.autoscaling.enabled=true"}
	p.with([]string{"gateway.hostPort=true", "gateway.autoscaling.enabled=false", "webhook.resources.requests.cpu=10m"}, scaled...)
	p.rollout("rio-lb")
	if got := p.notRestricted(); got != "" {
		t.Error(got)
	}
	if _, err := p.kubectl.Run(t.Context(), "wait", "-n", "rio-system", "deployment/rio-lb", "--for=jsonpath={.status.availableReplicas}=2", "--timeout=60s"); err != nil { // minReplicas
		t.Fatal(err)
	}
	p.evictable(s, "app=rio-lb", 2)
	p.rio("run", "--name", "foobar", "-p", "80/http", "--mesh=false", "echo:v1")
	if _, stderr := p.rio("stage", "--image", "echo:v2", "--weight", "30%", "foobar:v2"); !strings.Contains(stderr, " 2/2 serve it") {
		t.Errorf("not both pods of the gateway were asked for the split:\n%s", stderr)
	}
	p.rio("rm", "foobar")
	p.set(append(scaled, "webhook.resources.requests.cpu=11m")...) // an upgrade leaves the number to the autoscaler
	if out, err := p.kubectl.Run(t.Context(), "get", "-n", "rio-system", "deployment/rio-lb", "-o", "jsonpath={.spec.replicas}"); err != nil || out != "2" {
		t.Errorf("after an upgrade there are to be %s pods, %v", out, err)
	}
}

// notRestricted asks the API server which pods of rio a namespace that enforces Pod Security
// would not let in.
func (p player) notRestricted() string {
	p.t.Helper()
	cmd := p.kubectl.Command(p.t.Context(), "kubectl", "label", "namespace", "rio-system", "--dry-run=server", "--overwrite", "pod-security.kubernetes.io/enforce=restricted")
	out, err := cmd.CombinedOutput()
	if err != nil {
		p.t.Fatalf("%v: %s", err, out)
	}
	var lines []string
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "Warning:") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return strings.Join(lines, "\n")
}

// evictable asks, without doing it, to take away each pod as a drain of its node does.
func (p player) evictable(s stack, label string, want int) {
	p.t.Helper()
	pods, err := s.kube.CoreV1().Pods("rio-system").List(p.t.Context(), metav1.ListOptions{LabelSelector: label})
	if err != nil {
		p.t.Fatal(err)
	}
	n := 0
	for _, pod := range pods.Items {
		if pod.DeletionTimestamp != nil {
			continue
		}
		n++
		eviction := &policyv1.Eviction{ObjectMeta: metav1.ObjectMeta{Namespace: pod.Namespace, Name: pod.Name}, DeleteOptions: &metav1.DeleteOptions{DryRun: dryRunAll}}
		if err := s.kube.CoreV1().Pods("rio-system").EvictV1(p.t.Context(), eviction); err != nil {
			p.t.Errorf("a drain would wait for pod %q: %v", pod.Name, err)
		}
	}
	if n != want {
		p.t.Errorf("%d pods with %s, want %d", n, label, want)
	}
}
