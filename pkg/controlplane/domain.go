package controlplane

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"helm.sh/helm/v3/pkg/chartutil"
	helmrelease "helm.sh/helm/v3/pkg/release"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// onNodes reports whether the gateway is reached by the addresses of nodes.
func onNodes(values map[string]any) bool {
	return onHostPorts(values) || isNodePort(values)
}

func onHostPorts(values map[string]any) bool { return get(values, "gateway", "hostPort") == true }

func isNodePort(values map[string]any) bool {
	return getString(values, "gateway", "service", "type") == string(corev1.ServiceTypeNodePort)
}

// isInside reports whether the gateway has no address outside of the cluster.
func isInside(values map[string]any) bool {
	return getString(values, "gateway", "service", "type") == string(corev1.ServiceTypeClusterIP) && !onHostPorts(values)
}

// adviseDomain says of manifests that they have no domain, where none comes with the gateway's address.
func (p *plane) adviseDomain(r release) error {
	values, err := r.over(r.last)
	if err == nil && cmp.Or(getString(values, "domain"), getString(values, "nodeDomain")) == "" && (onNodes(values) || isInside(values)) {
		p.Talk("the gateway will have no address of its own, and this has no domain; add --domain DOMAIN (for one node: ADDRESS.nip.io)")
	}
	return err
}

// ensureDomain finds the domain, which is the whole point of install, and the address that it is
// to lead to, and says what to do next.
func (p *plane) ensureDomain(ctx context.Context, o InstallOptions, r release, rel *helmrelease.Release) error {
	domain, address, nodes, inside := getString(rel.Config, "domain"), "", onNodes(rel.Config), isInside(rel.Config)
	err := p.step("domain", func(update func(string)) (_ string, err error) {
		if domain == "" && nodes {
			domain = p.derivedDomain(ctx, getString(rel.Config, "nodeDomain"), !o.NoWait)
		}
		if !inside && (domain == "" || !nodes && !o.NoWait) {
			address, err = p.addressDomain(ctx, rel, nodes || o.NoWait, update)
			domain = cmp.Or(domain, address)
		}
		return cmp.Or(domain, "none yet"), err
	})
	switch {
	case err != nil:
		return err
	case domain == "" && inside:
		p.Talk("the gateway is reached inside the cluster only; name the domain that leads to it: kubectl rio install --domain DOMAIN")
	case domain == "" && o.NoWait:
		p.Talk("the gateway has no address yet; for the domain, repeat when it has one: kubectl rio install")
	case domain == "" && nodes:
		return p.ensureNodeDomain(ctx, o, r)
	case o.NoWait, inside:
	case address == "" && !nodes:
		p.Show([]rio.Finding{noAddress(0)})
	default:
		p.showBad(p.addressFinding(ctx, rel.Config), namesFinding(ctx, domain, address))
	}
	p.showBad(p.oldDomains(ctx, domain)...)
	ports := publishing(rel)
	if domain == "" { // to publish would be refused
		ports = "--expose 80/http "
	}
	p.Talk("next: kubectl rio run --name hello %snginx", ports)
	return nil
}

// publishing is the -p of kubectl rio run for the gateway's first port of HTTP, which is 80 where
// nothing is said, and nothing where it has none. A space is at its end.
func publishing(rel *helmrelease.Release) string {
	values, err := chartutil.CoalesceValues(rel.Chart, rel.Config)
	if err != nil {
		return ""
	}
	ports, _ := get(values, "gateway", "ports").([]any)
	for _, port := range ports {
		port, _ := port.(map[string]any)
		if !slices.Contains(httpProtocols, getString(port, "protocol")) {
			continue
		}
		if number := fmt.Sprint(port["port"]); number != "80" {
			return "-p " + number + ":80/http "
		}
		return "-p 80/http "
	}
	return ""
}

// addressDomain waits for the address of the load balancer, and is empty when none comes. How
// long is measured from the last change of the release: what did not come then does not come now.
func (p *plane) addressDomain(ctx context.Context, rel *helmrelease.Release, unlikely bool, update func(string)) (domain string, err error) {
	soon := time.Now().Add(5 * p.Poll)
	err = p.until(ctx, update, func() (string, error) {
		lb, err := p.kube.CoreV1().Services(rioNamespace).Get(ctx, cluster.GatewayService, metav1.GetOptions{})
		if err != nil {
			return "", err
		}
		domain = cluster.Domain(lb)
		if domain != "" || time.Now().After(soon) && (unlikely || time.Since(rel.Info.LastDeployed.Time) > addressPatience(lb)) {
			return "", nil
		}
		lines := append([]string{fmt.Sprintf("the address of service %q", cluster.GatewayService)},
			p.warnings(ctx, rioNamespace, "involvedObject.kind=Service,involvedObject.name="+cluster.GatewayService)...)
		return strings.Join(append(lines, "without a load balancer: kubectl rio install --host-port"), "\n"), nil
	})
	return domain, err
}

// ensureNodeDomain publishes under the address of the node on which the gateway is.
func (p *plane) ensureNodeDomain(ctx context.Context, o InstallOptions, r release) error {
	domains, err := p.nodeDomains(ctx)
	if err != nil {
		return fmt.Errorf("find the gateway's node: %w; or name a domain: kubectl rio install --domain DOMAIN", err)
	}
	set(r.values, domains[0], "nodeDomain")
	rel, err := p.ensureStep(ctx, r, true)
	if err != nil {
		return err
	}
	return p.ensureDomain(ctx, o, r, rel)
}

// derivedDomain is the domain that was derived from a node, and empty where none was or, if that
// is looked at and can be seen, where the gateway is on other nodes now.
func (p *plane) derivedDomain(ctx context.Context, was string, look bool) string {
	if was == "" || !look {
		return was
	}
	if domains, err := p.nodeDomains(ctx); err == nil && !slices.Contains(domains, was) {
		return ""
	}
	return was
}

// nodeDomains are those of the nodes that have a gateway pod, by their addresses from outside,
// or else by those inside. There is one at least.
func (p *plane) nodeDomains(ctx context.Context) ([]string, error) {
	pods, err := p.kube.CoreV1().Pods(rioNamespace).List(ctx, metav1.ListOptions{LabelSelector: rio.GatewayPods})
	if err != nil {
		return nil, err
	}
	domains := map[corev1.NodeAddressType][]string{}
	for _, pod := range pods.Items {
		if pod.Spec.NodeName == "" || pod.DeletionTimestamp != nil {
			continue
		}
		node, err := p.kube.CoreV1().Nodes().Get(ctx, pod.Spec.NodeName, metav1.GetOptions{})
		if err != nil {
			return nil, err
		}
		for _, a := range node.Status.Addresses {
			ingress := []corev1.LoadBalancerIngress{{IP: a.Address}}
			domain := cluster.Domain(&corev1.Service{Status: corev1.ServiceStatus{LoadBalancer: corev1.LoadBalancerStatus{Ingress: ingress}}})
			domains[a.Type] = append(domains[a.Type], domain)
		}
	}
	for _, kind := range []corev1.NodeAddressType{corev1.NodeExternalIP, corev1.NodeInternalIP} {
		if len(domains[kind]) > 0 {
			return domains[kind], nil
		}
	}
	return nil, fmt.Errorf("no gateway pod runs on a node that has an address")
}
