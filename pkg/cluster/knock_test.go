package cluster

import (
	"encoding/pem"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// doorOf is the door to a server of this test.
func doorOf(t *testing.T, address string) plan.Door {
	t.Helper()
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	return plan.Door{Address: host, Port: int32(n)}
}

func TestLookUp(t *testing.T) {
	if l := LookUp(t.Context(), "127.0.0.1"); l.Error != "" || !cmp.Equal(l.Addresses, []string{"127.0.0.1"}) {
		t.Errorf("%+v", l)
	}
	if l := LookUp(t.Context(), "no name at all"); l.Error == "" || strings.Contains(l.Error, "no name at all") {
		t.Errorf("the error repeats what its line says already: %+v", l)
	}
}

func TestKnock(t *testing.T) {
	open := httptest.NewServer(nil)
	defer open.Close()
	d := doorOf(t, open.Listener.Addr().String())
	got := Knock(t.Context(), []plan.Door{d, {Address: "127.0.0.9", Port: d.Port}})
	want := []plan.Door{d, {Address: "127.0.0.9", Port: d.Port, Error: "connection refused"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAsk(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Host {
		case "own.example.com":
			w.Header().Set("x-envoy-upstream-service-time", "1")
			http.Redirect(w, r, "https://elsewhere.example.com", http.StatusFound)
		case "hangs.example.com":
			c, _, _ := w.(http.Hijacker).Hijack()
			_ = c.Close()
		default:
			http.Error(w, "no healthy upstream\nand more", http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()
	door := doorOf(t, server.Listener.Addr().String())
	for url, want := range map[string]plan.Answer{
		"http://own.example.com":   {Status: 302, Own: true},
		"http://other.example.com": {Status: 503, Body: "no healthy upstream"},
		"http://hangs.example.com": {Error: "EOF"},
	} {
		t.Run(url, func(t *testing.T) {
			a := ask(t.Context(), []plan.Door{{Error: "refused"}, door}, url)
			if want.URL = url; a.Took <= 0 {
				t.Error("it took no time")
			}
			if a.Took = 0; want.Own {
				a.Body = ""
			}
			if diff := cmp.Diff(want, *a); diff != "" {
				t.Error(diff)
			}
		})
	}
	if a := ask(t.Context(), []plan.Door{{Error: "refused"}}, "http://own.example.com"); a != nil {
		t.Errorf("through no open door: %+v", a)
	}
	secure := httptest.NewTLSServer(nil)
	defer secure.Close()
	if a := ask(t.Context(), []plan.Door{doorOf(t, secure.Listener.Addr().String())}, "https://foobar.example.com"); !a.Untrusted || a.Error == "" {
		t.Errorf("a certificate of nobody that is known: %+v", a)
	}
	if a := ask(t.Context(), []plan.Door{door}, "https://own.example.com"); !a.Unsecured || a.Untrusted || a.Error == "" {
		t.Errorf("no certificate at all: %+v", a)
	}
}

func TestShakeHands(t *testing.T) {
	secure := httptest.NewTLSServer(nil)
	defer secure.Close()
	other := httptest.NewUnstartedServer(nil)
	defer other.Close()
	trusted := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw})
	address := secure.Listener.Addr().String()
	wrong, expires, took := shakeHands(t.Context(), address, "example.com", trusted)
	if wrong != "" || !expires.Equal(secure.Certificate().NotAfter) || took <= 0 {
		t.Errorf("%q, %s, %s", wrong, expires, took)
	}
	if wrong, _, _ := shakeHands(t.Context(), address, "rio-webhook.rio-system.svc", trusted); !strings.Contains(wrong, "rio-webhook.rio-system.svc") {
		t.Errorf("a certificate of another name: %q", wrong)
	}
	if wrong, _, _ := shakeHands(t.Context(), address, "example.com", nil); wrong != "it was told to trust nobody: the caBundle is empty" {
		t.Errorf("no authority: %q", wrong)
	}
	if wrong, _, _ := shakeHands(t.Context(), "127.0.0.9:1", "example.com", trusted); wrong != "connection refused" {
		t.Errorf("nobody there: %q", wrong)
	}
}

// A right that is missing is a finding; that a kind is unknown is none.
func TestPathWithoutRights(t *testing.T) {
	forbidden := func(resource, namespace string) answer {
		where := ""
		if namespace != "" {
			where = ` in the namespace "` + namespace + `"`
		}
		return answer{403, status(403, metav1.StatusReasonForbidden, resource+` is forbidden: User "dev" cannot list resource "`+resource+`" in API group ""`+where, nil)}
	}
	c, _ := with(t, map[string]answer{"GET /apis/apps/v1/namespaces/shop/deployments": forbidden("deployments", "shop")})
	p, err := c.Path(t.Context(), rio.Ref{Namespace: "shop", Service: "foobar"})
	if want := (plan.Denied{Resource: "workloads, services or routes", Namespace: "shop", User: "dev"}); err != nil || p.Denied == nil || *p.Denied != want {
		t.Errorf("%v, %+v", err, p.Denied)
	}
	c, _ = with(t, map[string]answer{"GET /api/v1/namespaces/rio-system/pods": forbidden("pods", "rio-system"), "GET /apis/networking.istio.io/v1/gateways": forbidden("gateways", "")})
	e, err := c.Entrance(t.Context())
	if err != nil || e.Pods.Denied == nil || e.Gateways.Denied == nil || e.Deployment.Denied != nil {
		t.Fatalf("%v, %+v", err, e)
	}
	if diff := cmp.Diff([]plan.Denied{{Resource: "pods", Namespace: "rio-system", User: "dev"}, {Resource: "gateways", User: "dev"}}, []plan.Denied{*e.Pods.Denied, *e.Gateways.Denied}); diff != "" {
		t.Error(diff)
	}
	c, _ = with(t, nil)
	if _, err := c.Path(t.Context(), rio.Ref{Namespace: "shop", Service: "nobody"}); err == nil || !strings.Contains(err.Error(), `stack "shop" has no service "nobody"; see: kubectl rio ps`) {
		t.Errorf("a service that is not there: %v", err)
	}
}

func TestLastLogs(t *testing.T) {
	c, _ := with(t, map[string]answer{
		"GET /api/v1/namespaces/shop/pods/foobar-1/log": {200, "bind: permission denied\n"},
		"GET /api/v1/namespaces/shop/pods/foobar-3/log": {200, "unable to retrieve container logs for containerd://61d0af815f08"},
	})
	removed := troubled("foobar-3", false, crashed)
	pod := troubled("foobar-1", false, crashed)
	well := troubled("foobar-2", true, running)
	other := troubled("other-1", false, crashed)
	other.Labels = map[string]string{rio.LabelService: "other"}
	got := c.lastLogs(t.Context(), rio.Service{Namespace: "shop", Name: "foobar"}, []corev1.Pod{pod, well, other, removed})
	for key, line := range got {
		got[key] = strings.Trim(line, "\"\n")
	}
	if diff := cmp.Diff(map[string]string{"foobar-1/foobar": "bind: permission denied"}, got); diff != "" {
		t.Error(diff)
	}
}
