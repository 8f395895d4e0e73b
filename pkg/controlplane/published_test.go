package controlplane

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// published is a service's VirtualService, as it was made under a domain, on the gateway's port 80.
func published(domain string) *unstructured.Unstructured {
	vs := ofService("VirtualService")
	vs.SetLabels(rio.ServiceLabels(rio.Ref{Namespace: "shop", Service: "web"}))
	both := []any{"mesh", plan.DefaultGateway}
	vs.Object["spec"] = map[string]any{
		"hosts": []any{"web", "web.shop." + domain}, "gateways": both,
		"http": []any{map[string]any{"match": []any{map[string]any{"gateways": both, "port": int64(80)}}}},
	}
	return vs
}

func TestInstallSaysWhatStaysUnderTheOldDomain(t *testing.T) {
	for domain, want := range map[string]string{
		"apps.example.com": "warn  dns       published under old.example.com, and the domain is apps.example.com now: shop/web\n      fix       KUBE_EDITOR=true kubectl rio edit shop/web\n",
		"old.example.com":  "",
	} {
		got := newStage(t, published("old.example.com")).doInstall(t, InstallOptions{Settings: Settings{Domain: new(domain)}})
		if !strings.HasSuffix(got, "domain: "+domain+"\n"+want+"next: kubectl rio run --name hello -p 80/http nginx\n") {
			t.Error(got)
		}
	}
}

func TestInstallRefusesARedirectThatShutsOut(t *testing.T) {
	const shut = "tls: http is redirected to https, and nobody reaches what is served over http only: shop/web\nfix: " +
		"KUBE_EDITOR=true kubectl rio edit shop/web; this takes a certificate: install that first, without tls.redirect\n"
	redirect := Settings{Domain: new("example.com"), TLSSecret: new("cert"), Set: []string{"tls.redirect=true"}}
	s := newStage(t, published("example.com"))
	if got := s.doInstall(t, InstallOptions{Settings: redirect}); !strings.HasSuffix(got, "error: "+shut) {
		t.Error(got)
	}
	certified := redirect
	certified.Set = nil
	if got := s.doInstall(t, InstallOptions{Settings: certified}); !strings.Contains(got, "rio: 0.1.0 installed\n") || strings.Contains(got, shut) {
		t.Error(got)
	}
	addKinds(t, s)
	if got := s.doInstall(t, InstallOptions{Settings: redirect}); !strings.HasSuffix(got, "error: "+shut) {
		t.Error(got)
	}
	set(s.last(t, releaseRio, rioNamespace).Config, true, "tls", "redirect") // as an older plugin did
	if got := s.doInstall(t, InstallOptions{Settings: Settings{Set: []string{"gateway.replicas=2"}}}); !strings.Contains(got, "warn  tls       http is redirected") || !strings.Contains(got, "rio: 0.1.0 upgraded\n") {
		t.Error(got)
	}
}
