package cluster

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Where the chart says what every user needs to know of the gateway.
const (
	DefaultsNamespace = "rio-defaults"
	DefaultsConfigMap = "rio"
	SystemNamespace   = "rio-system"
	GatewayService    = "rio-lb"
)

// Gateway reads where services are published. On a cluster without the chart it is empty.
func (c *Client) Gateway(ctx context.Context) (plan.Gateway, error) {
	var config *corev1.ConfigMap
	var lb *corev1.Service
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		config, err = c.core.ConfigMaps(DefaultsNamespace).Get(ctx, DefaultsConfigMap, metav1.GetOptions{})
		return ignoreNotFound(err)
	})
	group.Go(func() (err error) {
		lb, err = c.core.Services(SystemNamespace).Get(ctx, GatewayService, metav1.GetOptions{})
		return ignoreNotFound(err)
	})
	if err := group.Wait(); err != nil {
		return plan.Gateway{}, c.Explain(fmt.Errorf("read the gateway's settings: %w", err))
	}
	return ParseGateway(config, lb)
}

// ParseGateway reads what the chart says of the gateway. The domain, where that says none, is of the
// gateway's address.
func ParseGateway(config *corev1.ConfigMap, lb *corev1.Service) (plan.Gateway, error) {
	data := config.Data
	gw := plan.Gateway{Name: data["gateway"], Domain: cmp.Or(data["domain"], Domain(lb)), TLS: data["tls"] != "", Cluster: data["clusterDomain"], MeshRevision: data["revision"]}
	for _, s := range strings.FieldsFunc(data["ports"], func(r rune) bool { return r == ',' || r == ' ' }) {
		spec, err := rio.ParsePort(s, false)
		if err != nil {
			return gw, fmt.Errorf("configmap %s/%s: %w", DefaultsNamespace, DefaultsConfigMap, err)
		}
		gw.Ports = append(gw.Ports, spec.Port)
	}
	return gw, nil
}

// rehost gives a published service whose host somebody took out of its routes the domain under
// which services are published now: so the next write brings the host back.
func (c *Client) rehost(ctx context.Context, s *rio.Service) error {
	if !s.Published() || s.Domain != "" {
		return nil
	}
	gw, err := c.Gateway(ctx)
	if apierrors.IsForbidden(err) { // what is left as it is is at least not written wrongly
		return nil
	}
	s.Domain = gw.Domain
	return err
}

// TakenPorts says which services have tcp ports of a gateway for themselves: of the whole
// cluster, or, without the right to list that, of one namespace.
func (c *Client) TakenPorts(ctx context.Context, gateway, namespace string) (map[int32]rio.Ref, error) {
	objects, err := c.virtualServices(ctx, "", rio.LabelService)
	if apierrors.IsForbidden(err) {
		objects, err = c.virtualServices(ctx, namespace, rio.LabelService)
	}
	taken := map[int32]rio.Ref{}
	for _, o := range objects {
		for _, port := range manifest.GatewayPorts(o, gateway) {
			taken[port] = manifest.RefOf(o)
		}
	}
	return taken, err
}

// Domain is the domain that a load balancer's address makes: a host name as it is, an
// IP under nip.io, which answers IP.nip.io with IP.
func Domain(lb *corev1.Service) string {
	i := slices.IndexFunc(lb.Status.LoadBalancer.Ingress, func(in corev1.LoadBalancerIngress) bool { return in.IP != "" || in.Hostname != "" })
	if i < 0 {
		return ""
	}
	switch in := lb.Status.LoadBalancer.Ingress[i]; {
	case in.Hostname == "localhost":
		return "127.0.0.1.nip.io"
	case in.Hostname != "":
		return in.Hostname
	default:
		return strings.ReplaceAll(in.IP, ":", "-") + ".nip.io" // nip.io writes IPv6 with dashes
	}
}

func ignoreNotFound(err error) error {
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

// Namespaces lists the names of all namespaces.
func (c *Client) Namespaces(ctx context.Context) ([]string, error) {
	list, err := c.core.Namespaces().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, c.Explain(err)
	}
	var names []string
	for _, ns := range list.Items {
		names = append(names, ns.Name)
	}
	return names, nil
}
