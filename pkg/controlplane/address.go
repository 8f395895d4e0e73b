package controlplane

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	helmrelease "helm.sh/helm/v3/pkg/release"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/duration"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// addressPatience is how long a load balancer's address may take. Where there is no load balancer
// it never comes; one that is at work has put a finalizer on the Service, and clouds take minutes:
// https://kubernetes.io/docs/tasks/access-application-cluster/create-external-load-balancer/#garbage-collecting-load-balancers
func addressPatience(lb *corev1.Service) time.Duration {
	if len(lb.Finalizers) > 0 {
		return 4 * time.Minute
	}
	return time.Minute
}

// addressFinding says whether the gateway has an address that answers, or could get one.
func (p *plane) addressFinding(ctx context.Context, values map[string]any) rio.Finding {
	lb, err := p.kube.CoreV1().Services(rioNamespace).Get(ctx, cluster.GatewayService, metav1.GetOptions{})
	if err != nil {
		if !apierrors.IsNotFound(err) {
			return unread(rio.LinkAddress, err)
		}
		return p.expectedAddress(ctx, values)
	}
	ingress := lb.Status.LoadBalancer.Ingress
	if len(ingress) == 0 {
		if onNodes(values) || lb.Spec.Type == corev1.ServiceTypeNodePort {
			return rio.Fine(rio.LinkAddress, "those of the nodes")
		}
		if lb.Spec.Type == corev1.ServiceTypeClusterIP {
			return rio.Fine(rio.LinkAddress, "inside the cluster only")
		}
		waited := time.Since(lb.CreationTimestamp.Time)
		if waited < addressPatience(lb) {
			return rio.Fine(rio.LinkAddress, "none yet, after %s", duration.HumanDuration(waited))
		}
		return noAddress(waited)
	}
	address := cmp.Or(ingress[0].IP, ingress[0].Hostname)
	port := int32(80)
	if len(lb.Spec.Ports) > 0 {
		port = lb.Spec.Ports[0].Port
	}
	if door := cluster.Knock(ctx, []plan.Door{{Address: address, Port: port}})[0]; door.Error != "" {
		return rio.TroubleAddressAnswer.Found(rio.Case{"address": address, "port": fmt.Sprint(port), "error": door.Error})
	}
	return rio.Fine(rio.LinkAddress, "%s answers on port %d", address, port)
}

// classFindings say whether the load balancer is to be of another class, which Kubernetes refuses. One
// that nobody said is the cluster's: Amazon's webhook sets it.
func (p *plane) classFindings(ctx context.Context, values map[string]any, last *helmrelease.Release) []rio.Finding {
	class, had := getString(values, "gateway", "service", "loadBalancerClass"), false
	if last != nil {
		had = getString(last.Config, "gateway", "service", "loadBalancerClass") != ""
	}
	kind := cmp.Or(getString(values, "gateway", "service", "type"), string(corev1.ServiceTypeLoadBalancer))
	if class == "" && !had || kind != string(corev1.ServiceTypeLoadBalancer) {
		return nil
	}
	lb, err := p.kube.CoreV1().Services(rioNamespace).Get(ctx, cluster.GatewayService, metav1.GetOptions{})
	if err != nil || lb.Spec.Type != corev1.ServiceTypeLoadBalancer { // of what may not be read the address tells
		return nil
	}
	live := ptr.Deref(lb.Spec.LoadBalancerClass, "")
	if live == class {
		return nil
	}
	name := func(class string) string {
		if class == "" {
			return "none"
		}
		return strconv.Quote(class)
	}
	return []rio.Finding{rio.TroubleAddressClass.Found(rio.Case{"live": name(live), "class": name(class)})}
}

// expectedAddress looks whether other Services have got what ours will ask for.
func (p *plane) expectedAddress(ctx context.Context, values map[string]any) rio.Finding {
	if onNodes(values) {
		return rio.Fine(rio.LinkAddress, "will be those of the nodes")
	}
	if isInside(values) {
		return rio.Fine(rio.LinkAddress, "will be inside the cluster only")
	}
	services, err := p.kube.CoreV1().Services(metav1.NamespaceAll).List(ctx, metav1.ListOptions{})
	if err != nil {
		return unread(rio.LinkAddress, err)
	}
	lacking := ""
	for _, s := range services.Items {
		switch {
		case s.Spec.Type != corev1.ServiceTypeLoadBalancer:
		case cluster.Domain(&s) != "":
			return rio.Fine(rio.LinkAddress, "this cluster has a load balancer: service %s/%s has an address", s.Namespace, s.Name)
		default:
			lacking = s.Namespace + "/" + s.Name
		}
	}
	if lacking != "" {
		return rio.TroubleAddressWaits.Found(rio.Case{"service": lacking})
	}
	return rio.Fine(rio.LinkAddress, "comes from the cluster's load balancer, if it has one; if not: --host-port or --node-port")
}

// noAddress is said of a load balancer that was waited for.
func noAddress(waited time.Duration) rio.Finding {
	after := ""
	if waited > 0 {
		after = " after " + duration.HumanDuration(waited)
	}
	return rio.TroubleAddressNone.Found(rio.Case{"after": after})
}

// namesFinding says whether names below the load balancer's host name lead anywhere, where that is
// the domain.
func namesFinding(ctx context.Context, domain, address string) rio.Finding {
	host := cluster.ExampleHost(nil, domain)
	if domain != address || strings.HasSuffix(domain, ".nip.io") {
		return rio.Fine(rio.LinkDNS, "%s is not looked up", host)
	}
	found := cluster.LookUp(ctx, host)
	if found.Error == "" {
		return rio.Fine(rio.LinkDNS, "%s is %s", host, strings.Join(found.Addresses, ", "))
	}
	f := rio.TroubleDNSBalancer.Found(rio.Case{"host": host, "error": found.Error, "address": domain})
	f.Level = rio.LevelWarn // all is installed
	return f
}

// showBad shows findings that are not as it should be.
func (p *plane) showBad(findings ...rio.Finding) {
	bad := slices.DeleteFunc(findings, func(f rio.Finding) bool { return f.Level == rio.LevelOK })
	if len(bad) > 0 {
		p.Show(bad)
	}
}
