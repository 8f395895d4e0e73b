package controlplane

import (
	"cmp"
	"context"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Info is what there is of kubectl rio in a cluster. What the user may not see is left out.
type Info struct {
	Domain     string      `json:"domain"`
	Gateway    GatewayInfo `json:"gateway"`
	Plugin     string      `json:"plugin"`     // version
	Chart      string      `json:"chart"`      // version
	Kubernetes string      `json:"kubernetes"` // version
	Istio      IstioInfo   `json:"istio"`
	Labels     string      `json:"labels"`           // how workloads of other tools become revisions: webhook, policy or none
	Stacks     *int        `json:"stacks,omitempty"` // namespaces that have services, or the label of a stack
	Services   *int        `json:"services,omitempty"`
	Unseen     []string    `json:"unseen,omitempty"` // the fields that the user may not see
}

// GatewayInfo is where published services are reached.
type GatewayInfo struct {
	Name      string   `json:"name"`      // NAMESPACE/NAME
	Addresses []string `json:"addresses"` // IPs and host names
	Ports     []string `json:"ports"`     // PORT/PROTOCOL
}

// IstioInfo is the Istio that there is.
type IstioInfo struct {
	Version  string `json:"version,omitempty"`
	Mode     string `json:"mode,omitempty"`     // sidecar or ambient
	Revision string `json:"revision,omitempty"` // "default" where pods need to name none
}

// ReadInfo reads all but the version of the plugin. On a cluster without rio the chart has
// none.
func ReadInfo(ctx context.Context, o Options) (Info, error) {
	p, err := o.connect()
	if err != nil {
		return Info{}, err
	}
	return p.info(ctx)
}

func (p *plane) info(ctx context.Context) (Info, error) {
	var info Info
	version, err := p.serverVersion(ctx)
	if err != nil {
		return info, unreachable(err)
	}
	info.Kubernetes = strings.TrimPrefix(version.GitVersion, "v")
	for _, part := range []struct {
		name string
		read func(context.Context, *Info) error
	}{{"gateway", p.gatewayInfo}, {"istio", p.istioInfo}, {"stacks", p.countServices}} {
		err := part.read(ctx, &info)
		if apierrors.IsForbidden(err) {
			info.Unseen = append(info.Unseen, part.name)
		} else if err != nil {
			return info, err
		}
	}
	return info, nil
}

// gatewayInfo reads what every user of the cluster may.
func (p *plane) gatewayInfo(ctx context.Context, info *Info) error {
	defaults, err := p.defaults(ctx)
	if err != nil || defaults.Name == "" {
		return err
	}
	lb, err := p.kube.CoreV1().Services(rioNamespace).Get(ctx, cluster.GatewayService, metav1.GetOptions{})
	gw, invalid := cluster.ParseGateway(defaults, lb)
	info.Domain, info.Gateway.Name, info.Istio.Revision = gw.Domain, gw.Name, cmp.Or(gw.MeshRevision, "default")
	info.Labels, info.Chart = defaults.Data["labels"], chartVersion(defaults.Labels)
	for _, port := range gw.Ports {
		info.Gateway.Ports = append(info.Gateway.Ports, port.String())
	}
	for _, in := range lb.Status.LoadBalancer.Ingress {
		info.Gateway.Addresses = append(info.Gateway.Addresses, cmp.Or(in.IP, in.Hostname))
	}
	return cmp.Or(invalid, utilerrors.FilterOut(err, apierrors.IsNotFound)) // a gateway without a Service is what check says
}

func (p *plane) istioInfo(ctx context.Context, info *Info) error {
	i, err := p.findIstio(ctx)
	if err != nil || !i.injector.found() {
		return err
	}
	info.Istio.Version, info.Istio.Mode = i.version, "sidecar"
	if i.ambient {
		info.Istio.Mode = "ambient"
	}
	return nil
}

func (p *plane) countServices(ctx context.Context, info *Info) error {
	there, err := p.listMade(ctx)
	if err != nil {
		return err
	}
	namespaces, err := p.kube.CoreV1().Namespaces().List(ctx, metav1.ListOptions{LabelSelector: rio.LabelStack + "=true"})
	if err != nil {
		return err
	}
	stacks := map[string]bool{}
	for _, ns := range namespaces.Items {
		stacks[ns.Name] = ns.Status.Phase != corev1.NamespaceTerminating
	}
	for _, name := range slices.Concat(there.services, there.routes) {
		namespace, _, _ := strings.Cut(name, "/")
		stacks[namespace] = true
	}
	n := 0
	for _, living := range stacks {
		if living {
			n++
		}
	}
	info.Stacks, info.Services = &n, new(len(there.services))
	return nil
}
