package controlplane

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"time"

	helmrelease "helm.sh/helm/v3/pkg/release"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
)

// InstallOptions says what install makes. What is not said stays as an earlier install
// left it.
type InstallOptions struct {
	Options
	IstioCharts string   // directory with the charts base and istiod, or URL of a repository
	IstioValues []string // values files of istiod
	Values, Set []string // values files and NAME=VALUE settings of the chart rio
	Domain      string   // under which services are published; empty: from the load balancer
	HostPort    *bool    // whether the gateway listens on the nodes' own ports

	// Manifests gets what would be installed, and nothing is, when it is set.
	Manifests io.Writer
}

// addressPatience is how long a load balancer's address is waited for; where there is no
// load balancer it never comes.
const addressPatience = time.Minute

// Install brings a cluster to where services can be run, from wherever it is.
func Install(ctx context.Context, o InstallOptions) error {
	p, err := o.connect()
	if err != nil {
		return err
	}
	return p.install(ctx, o)
}

func (p *plane) install(ctx context.Context, o InstallOptions) error {
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	wanted, err := o.rioRelease()
	if err != nil {
		return err
	}
	var kubernetes string
	var there istio
	err = p.step("cluster", func(func(string)) (string, error) {
		if kubernetes, err = p.preflight(ctx); err != nil {
			return "", err
		}
		there, err = p.findIstio(ctx)
		return "Kubernetes " + kubernetes, err
	})
	if err != nil {
		return err
	}
	releases, err := o.istioReleases(there)
	if err != nil {
		return err
	}
	// All charts are rendered before anything is written: they refuse bad values.
	manifests := cmp.Or(o.Manifests, io.Discard)
	if err := render(ctx, append(releases, wanted), kubernetes, manifests); err != nil || o.Manifests != nil {
		return err
	}
	if err := p.ensureIstio(ctx, releases, there); err != nil {
		return err
	}
	return p.ensureRio(ctx, wanted)
}

// istioReleases are the releases of Istio that are absent, or ours.
func (o InstallOptions) istioReleases(there istio) ([]release, error) {
	from := o.IstioCharts
	if from == "" {
		from = IstioRepository
	}
	var releases []release
	if there.ourBase || !there.crds {
		base, err := istioChart(from, "base")
		if err != nil {
			return nil, err
		}
		releases = append(releases, release{releaseBase, istioNamespace, base, map[string]any{}})
	}
	if there.ourIstiod || !there.injector {
		istiod, err := istioChart(from, "istiod")
		if err != nil {
			return nil, err
		}
		values, err := readValues(o.IstioValues, nil)
		if err != nil {
			return nil, fmt.Errorf("values of Istio: %w", err)
		}
		releases = append(releases, release{releaseIstiod, istioNamespace, istiod, values})
	}
	return releases, nil
}

func (o InstallOptions) rioRelease() (release, error) {
	rio, err := rioChart()
	if err != nil {
		return release{}, err
	}
	values, err := readValues(o.Values, o.Set)
	if err != nil {
		return release{}, err
	}
	if o.Domain != "" {
		set(values, o.Domain, "domain")
	}
	if o.HostPort != nil {
		set(values, *o.HostPort, "gateway", "hostPort")
	}
	return release{releaseRio, rioNamespace, rio, values}, nil
}

func (p *plane) ensureIstio(ctx context.Context, releases []release, there istio) error {
	if len(releases) == 0 {
		return p.step("istio", func(func(string)) (string, error) { return there.version + " found, used as it is", nil })
	}
	for _, r := range releases {
		if err := p.ensureStep(ctx, r, nil); err != nil {
			return err
		}
	}
	return nil
}

// ensureStep is ensure under a progress line.
func (p *plane) ensureStep(ctx context.Context, r release, rel **helmrelease.Release) error {
	return p.step(r.name, func(update func(string)) (string, error) {
		did, got, err := p.ensure(ctx, r, update)
		if rel != nil {
			*rel = got
		}
		return r.chart.AppVersion() + " " + did, err
	})
}

// ensureRio installs the chart and finds the domain, which is the whole point of it.
func (p *plane) ensureRio(ctx context.Context, r release) error {
	var rel *helmrelease.Release
	if err := p.ensureStep(ctx, r, &rel); err != nil {
		return err
	}
	domain, _ := get(rel.Config, "domain").(string)
	hostPort, _ := get(rel.Config, "gateway", "hostPort").(bool)
	err := p.step("domain", func(update func(string)) (string, error) {
		var err error
		if domain == "" {
			domain, err = p.addressDomain(ctx, hostPort, update)
		}
		if domain == "" {
			return "none yet", err
		}
		return domain, err
	})
	if err != nil {
		return err
	}
	if domain == "" && hostPort {
		return p.ensureNodeDomain(ctx, r)
	}
	if domain == "" {
		p.Talk("warning: service %s/%s has no address: this cluster seems to have no load balancer\nfix: kubectl rio install --host-port",
			rioNamespace, cluster.GatewayService)
	}
	p.Talk("next: kubectl rio run --name hello -p 80/http nginx")
	return nil
}

// ensureNodeDomain publishes under the address of the node on whose ports the gateway is.
func (p *plane) ensureNodeDomain(ctx context.Context, r release) error {
	pods, err := p.kube.CoreV1().Pods(rioNamespace).List(ctx, metav1.ListOptions{LabelSelector: "gateway=external"})
	if err != nil || len(pods.Items) == 0 {
		return fmt.Errorf("find the gateway's node: %w", err)
	}
	ingress := []corev1.LoadBalancerIngress{{IP: pods.Items[0].Status.HostIP}}
	if r.values, err = copyValues(r.values); err != nil {
		return err
	}
	set(r.values, cluster.Domain(&corev1.Service{Status: corev1.ServiceStatus{LoadBalancer: corev1.LoadBalancerStatus{Ingress: ingress}}}), "domain")
	return p.ensureRio(ctx, r)
}

// addressDomain waits for the address of the load balancer, and is empty when none comes.
func (p *plane) addressDomain(ctx context.Context, hostPort bool, update func(string)) (string, error) {
	patience := addressPatience
	if hostPort {
		patience = 10 * p.Poll
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
