package controlplane

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	helmrelease "helm.sh/helm/v3/pkg/release"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

var certManagerKinds = []string{"certificates.cert-manager.io", "clusterissuers.cert-manager.io"}

// tlsFindings say whether a certificate for https is there, or will come, and is of use.
func (p *plane) tlsFindings(ctx context.Context, values map[string]any, last *helmrelease.Release) []rio.Finding {
	found := p.certificateFindings(ctx, values, last)
	ports, given := get(values, "gateway", "ports").([]any)
	if len(found) > 0 && given && !slices.ContainsFunc(ports, servesTLS) {
		found = append(found, rio.TroubleTLSUnused.Found(nil))
	}
	return found
}

// servesTLS reports whether what is published on a port of the gateway is served over https, too.
func servesTLS(port any) bool {
	p, _ := port.(map[string]any)
	return fmt.Sprint(p["port"]) == "80" && slices.Contains(httpProtocols, getString(p, "protocol"))
}

// certificateFindings look for the certificate. The issuer of the last
// release has been asked to fill the Secret of that.
func (p *plane) certificateFindings(ctx context.Context, values map[string]any, last *helmrelease.Release) []rio.Finding {
	secret, issuer := getString(values, "tls", "secret"), getString(values, "tls", "issuer")
	switch {
	case issuer != "":
		f := p.issuerFinding(ctx, issuer, cmp.Or(getString(values, "tls", "issuerKind"), "ClusterIssuer"))
		if f.Level != rio.LevelOK || last == nil || getString(last.Config, "tls", "issuer") != issuer || getString(last.Config, "tls", "secret") != secret {
			return []rio.Finding{f}
		}
		return []rio.Finding{f, p.secretFinding(ctx, cmp.Or(secret, "rio-tls"), rio.TroubleNotIssued)}
	case secret != "":
		return []rio.Finding{p.secretFinding(ctx, secret, rio.TroubleSecret)}
	}
	return nil
}

func (p *plane) secretFinding(ctx context.Context, name string, missing rio.Trouble) rio.Finding {
	_, err := p.kube.CoreV1().Secrets(rioNamespace).Get(ctx, name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		return missing.Found(rio.Case{"secret": name})
	case err != nil:
		return unread(rio.LinkTLS, err)
	}
	return rio.Fine(rio.LinkTLS, "secret %s/%s is there", rioNamespace, name)
}

func (p *plane) issuerFinding(ctx context.Context, name, kind string) rio.Finding {
	for _, crd := range certManagerKinds {
		if _, err := p.dynamic.Resource(crdResource).Get(ctx, crd, metav1.GetOptions{}); err != nil {
			return rio.TroubleCertManager.Found(rio.Case{"issuer": name, "kind": crd})
		}
	}
	if kind != "ClusterIssuer" {
		return rio.Fine(rio.LinkTLS, "the certificate comes from %s %q", kind, name)
	}
	issuers := schema.GroupVersionResource{Group: "cert-manager.io", Version: "v1", Resource: "clusterissuers"}
	if _, err := p.dynamic.Resource(issuers).Get(ctx, name, metav1.GetOptions{}); err != nil {
		return rio.TroubleIssuer.Found(rio.Case{"issuer": name, "error": err.Error()})
	}
	return rio.Fine(rio.LinkTLS, "the certificate comes from clusterissuer %q", name)
}
