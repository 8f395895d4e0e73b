package controlplane

import (
	"context"
	"fmt"
	"time"

	helmrelease "helm.sh/helm/v3/pkg/release"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// addressPatience is how long a load balancer's address is waited for; where there is no
// load balancer it never comes.
const addressPatience = time.Minute

// gatewayPods selects the pods of the gateway.
const gatewayPods = "gateway=external"

// onNodes reports whether the gateway is reached by the addresses of nodes.
func onNodes(values map[string]any) bool {
	return get(values, "gateway", "hostPort") == true || getString(values, "gateway", "service", "type") == string(corev1.ServiceTypeNodePort)
}

// ensureDomain finds the domain, which is the whole point of install, and says what to do next.
func (p *plane) ensureDomain(ctx context.Context, o InstallOptions, r release, rel *helmrelease.Release) error {
	domain, nodes := getString(rel.Config, "domain"), onNodes(rel.Config)
	err := p.step("domain", func(update func(string)) (string, error) {
		var err error
		if domain == "" {
			domain, err = p.addressDomain(ctx, nodes || o.NoWait, update)
		}
		if domain == "" {
			return "none yet", err
		}
		return domain, err
	})
	switch {
	case err != nil:
		return err
	case domain == "" && nodes && !o.NoWait:
		return p.ensureNodeDomain(ctx, o, r)
	case domain == "":
		p.Show([]rio.Finding{noAddress(0)})
	case !o.NoWait:
		if f := p.addressFinding(ctx, rel.Config); f.Level != rio.LevelOK {
			p.Show([]rio.Finding{f})
		}
	}
	p.Talk("next: kubectl rio run --name hello -p 80/http nginx")
	return nil
}

// addressDomain waits for the address of the load balancer, and is empty when none comes.
func (p *plane) addressDomain(ctx context.Context, unlikely bool, update func(string)) (string, error) {
	patience := addressPatience
	if unlikely {
		patience = 5 * p.Poll
	}
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	domain := ""
	err := p.until(waiting, update, func() (string, error) {
		lb, err := p.kube.CoreV1().Services(rioNamespace).Get(waiting, cluster.GatewayService, metav1.GetOptions{})
		if err != nil {
			return "", err
		}
		if domain = cluster.Domain(lb); domain == "" {
			return fmt.Sprintf("the address of service %q", cluster.GatewayService), nil
		}
		return "", nil
	})
	if waiting.Err() != nil && ctx.Err() == nil {
		return "", nil
	}
	return domain, err
}

// ensureNodeDomain publishes under the address of the node on which the gateway is.
func (p *plane) ensureNodeDomain(ctx context.Context, o InstallOptions, r release) error {
	address, err := p.nodeAddress(ctx)
	if err != nil {
		return fmt.Errorf("find the gateway's node: %w; or name a domain: kubectl rio install --domain DOMAIN", err)
	}
	ingress := []corev1.LoadBalancerIngress{{IP: address}}
	if r.values, err = copyValues(r.values); err != nil {
		return err
	}
	set(r.values, cluster.Domain(&corev1.Service{Status: corev1.ServiceStatus{LoadBalancer: corev1.LoadBalancerStatus{Ingress: ingress}}}), "domain")
	rel, err := p.ensureStep(ctx, r, true)
	if err != nil {
		return err
	}
	return p.ensureDomain(ctx, o, r, rel)
}

// nodeAddress is the address from outside of a node that has a gateway pod, or else the one
// inside.
func (p *plane) nodeAddress(ctx context.Context) (string, error) {
	pods, err := p.kube.CoreV1().Pods(rioNamespace).List(ctx, metav1.ListOptions{LabelSelector: gatewayPods})
	if err != nil {
		return "", err
	}
	inside := ""
	for _, pod := range pods.Items {
		if pod.Spec.NodeName == "" {
			continue
		}
		node, err := p.kube.CoreV1().Nodes().Get(ctx, pod.Spec.NodeName, metav1.GetOptions{})
		if err != nil {
			return "", err
		}
		for _, a := range node.Status.Addresses {
			switch a.Type {
			case corev1.NodeExternalIP:
				return a.Address, nil
			case corev1.NodeInternalIP:
				inside = a.Address
			}
		}
	}
	if inside == "" {
		return "", fmt.Errorf("no gateway pod runs on a node that has an address")
	}
	return inside, nil
}
