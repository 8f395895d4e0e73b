package controlplane

import (
	"context"
	"fmt"

	helmrelease "helm.sh/helm/v3/pkg/release"
	networking "istio.io/client-go/pkg/apis/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// routes are the VirtualServices that kubectl rio made.
func (p *plane) routes(ctx context.Context) ([]*networking.VirtualService, error) {
	objects, err := p.listOwn(ctx, serviceKinds[0], nil)
	if err != nil {
		return nil, err
	}
	var all []*networking.VirtualService
	for _, o := range objects {
		vs := new(networking.VirtualService)
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, vs); err != nil {
			return nil, fmt.Errorf("read virtualservice %q: %w", o.GetName(), err)
		}
		all = append(all, vs)
	}
	return all, nil
}

// redirectFindings say whom a redirect to https shuts out. To one that is there already an install
// adds nothing, and is not kept from the rest.
func (p *plane) redirectFindings(ctx context.Context, values map[string]any, last *helmrelease.Release) []rio.Finding {
	if !redirects(values) {
		return nil
	}
	routes, err := p.routes(ctx)
	if err != nil {
		return []rio.Finding{unread(rio.LinkTLS, err)}
	}
	found := plan.HTTPOnly(routes, plan.DefaultGateway)
	for i := range found {
		if last != nil && redirects(last.Config) {
			found[i].Level = rio.LevelWarn
		}
	}
	return found
}

// redirects reports whether the gateway answers http with a redirect.
func redirects(values map[string]any) bool {
	certified := getString(values, "tls", "secret") != "" || getString(values, "tls", "issuer") != ""
	return certified && get(values, "tls", "redirect") == true
}

// oldDomains say which services are published under a domain that is not that of now. It is good to
// know, and nothing that an install needs.
func (p *plane) oldDomains(ctx context.Context, domain string) []rio.Finding {
	routes, err := p.routes(ctx)
	if err != nil || domain == "" {
		return nil
	}
	return plan.OldDomains(routes, plan.DefaultGateway, domain)
}
