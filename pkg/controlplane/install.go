package controlplane

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	helmrelease "helm.sh/helm/v3/pkg/release"
)

// InstallOptions says what install makes. What is not said stays as an earlier install
// left it.
type InstallOptions struct {
	Options
	Settings
	IstioCharts string   // directory with the charts base and istiod, or URL of a repository; empty: IstioRepository
	IstioValues []string // values files of istiod
	Upgrade     bool     // only what is installed, and its Istio too
	NoWait      bool     // return when all is written
	DryRun      bool     // say what would change, and change nothing

	// Manifests gets what would be installed, and nothing is, when it is set.
	Manifests io.Writer
}

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
	chart, err := o.rioRelease()
	if err != nil {
		return err
	}
	s, err := p.preflight(ctx, chart.values, o)
	if err != nil {
		return err
	}
	if err := o.report(s.findings); err != nil {
		return err
	}
	if s.keeper != "" && o.Manifests == nil { // Helm would take it over, and its settings would be the defaults
		return fmt.Errorf("release %q of namespace %q is kept %s; change its settings there", releaseRio, rioNamespace, s.keeper)
	}
	if err := o.canUpgrade(s); err != nil {
		return err
	}
	releases, err := p.istioReleases(ctx, o, s.istio)
	if err != nil {
		return err
	}
	// All charts are rendered before anything is written: they refuse bad values.
	if err := renderAll(ctx, releases, s.kubernetes); err != nil {
		return err
	}
	injector, err := s.istio.injector.after(releases)
	if err != nil {
		return err
	}
	chart.last = s.rio
	if err := chart.join(injector); err != nil {
		return err
	}
	if err := chart.within(s.istio.domainAfter(releases)); err != nil {
		return err
	}
	if err := chart.settle(o.Ports); err != nil {
		return err
	}
	releases = append(releases, chart)
	err = renderAll(ctx, releases[len(releases)-1:], s.kubernetes)
	switch {
	case err != nil:
		return err
	case o.Manifests != nil:
		if err := p.adviseDomain(chart); err != nil {
			return err
		}
		if len(releases) > 1 {
			p.Talk("apply the releases one after the other, each when the one before it is ready")
		}
		return writeManifests(o.Manifests, releases)
	case o.DryRun:
		return p.rehearse(releases)
	}
	return p.ensureAll(ctx, o, releases)
}

// rioRelease is the chart that was built in, with what the flags say.
func (o InstallOptions) rioRelease() (release, error) {
	chart, err := rioChart()
	if err != nil {
		return release{}, err
	}
	values, err := o.read()
	return release{name: releaseRio, namespace: rioNamespace, chart: chart, values: values}, err
}

// join has the gateway, and later the pods of services, taken by the injector that is there, or comes
// before them. A revision of an earlier install may have gone with an upgrade of Istio; one that is
// said now is meant.
func (r *release) join(i injector) error {
	if !i.found() {
		return nil
	}
	if said := getString(r.values, "istio", "revision"); said != "" && !slices.Contains(i.revisions, said) {
		return fmt.Errorf("%w; name one of these, or none: --set istio.revision=", i.lacks(said))
	}
	values, err := r.over(r.last)
	if err != nil {
		return err
	}
	was := getString(values, "istio", "revision")
	revision, err := i.choose(was)
	if err != nil && len(i.revisions) > 0 {
		return fmt.Errorf("%w: --set istio.revision=%s", err, i.revisions[0])
	}
	if err == nil && revision != was {
		set(r.values, revision, "istio", "revision")
	}
	return err
}

// within has routes call services of other stacks by the cluster's domain that Istio knows, unless the
// flags say another.
func (r *release) within(domain string) error {
	key := []string{"istio", "clusterDomain"}
	if domain == "" || getString(r.values, key...) != "" {
		return nil
	}
	values, err := r.over(r.last)
	if was := cmp.Or(getString(values, key...), getString(r.chart.Values, key...)); err == nil && was != domain {
		set(r.values, domain, key...)
	}
	return err
}

// settle gives the chart rio what depends on what an earlier install left, too: the nodes' ports
// beside those of the gateway that are named now; and no domain that was derived from a node, where
// the gateway is reached in another way now, or an empty domain asks for a new one.
func (r *release) settle(named []Port) error {
	values, err := r.over(r.last)
	if err != nil {
		return err
	}
	if len(named) > 0 && isNodePort(values) {
		for _, port := range named {
			if err := port.mustFitNode(); err != nil {
				return fmt.Errorf("%w, and those of this gateway are; or have a load balancer: --node-port=false", err)
			}
		}
		set(r.values, portValues(named, true), "gateway", "ports")
	}
	if r.last == nil || getString(r.last.Config, "nodeDomain") == "" {
		return nil
	}
	otherWay := onHostPorts(values) != onHostPorts(r.last.Config) || isNodePort(values) != isNodePort(r.last.Config)
	if otherWay || !onNodes(values) || get(r.values, "domain") == "" {
		set(r.values, "", "nodeDomain")
	}
	return nil
}

// istioReleases are the releases of Istio that are absent, or ours.
func (p *plane) istioReleases(ctx context.Context, o InstallOptions, there istio) ([]release, error) {
	render := o.Manifests != nil && there.marked
	var releases []release
	if there.ourBase != nil || !there.hasKinds() || render {
		chart, err := p.istioChart(ctx, o, "base", there.ourBase)
		if err != nil {
			return nil, err
		}
		releases = append(releases, release{name: releaseBase, namespace: istioNamespace, chart: chart, values: map[string]any{}, last: there.ourBase})
	}
	if there.ourIstiod != nil || !there.injector.found() || render {
		chart, err := p.istioChart(ctx, o, "istiod", there.ourIstiod)
		if err != nil {
			return nil, err
		}
		values, err := readValues(o.IstioValues, nil, nil)
		if err != nil {
			return nil, fmt.Errorf("values of Istio: %w", err)
		}
		releases = append(releases, release{name: releaseIstiod, namespace: istioNamespace, chart: chart, values: values, last: there.ourIstiod})
	} else if len(o.IstioValues) > 0 {
		return nil, fmt.Errorf("values %q of Istio are for one that install brings, and here is another; set them with what installed it, and leave out --istio-values",
			strings.Join(o.IstioValues, ", "))
	}
	if o.Manifests != nil {
		if err := failClosed(releases); err != nil {
			return nil, err
		}
	}
	return releases, settleRevision(releases, there.ourIstiod)
}

// istioChart keeps an Istio that install brought at its version, without a question to any
// repository, until it is to be upgraded; never to an older one, for proxies must not be newer than
// istiod: https://istio.io/latest/docs/releases/supported-releases/#control-planedata-plane-skew
func (p *plane) istioChart(ctx context.Context, o InstallOptions, name string, last *helmrelease.Release) (*chart.Chart, error) {
	if last == nil {
		return p.loadIstio(ctx, cmp.Or(o.IstioCharts, IstioRepository), name)
	}
	there := last.Chart.Metadata.Version
	newer := olderThan(IstioVersion, there)
	if o.IstioCharts == "" && o.Upgrade && newer {
		p.Talk("%s stays at %s, which is newer than the %s that this plugin brings", last.Name, there, IstioVersion)
	}
	if o.IstioCharts == "" && (newer || !o.Upgrade) {
		return last.Chart, nil
	}
	c, err := p.loadIstio(ctx, cmp.Or(o.IstioCharts, IstioRepository), name)
	if err == nil && olderThan(c.Metadata.Version, there) {
		return nil, fmt.Errorf("chart %q from %q has version %s, older than %s of release %q in the cluster; leave out --istio-charts to keep that",
			name, o.IstioCharts, c.Metadata.Version, there, last.Name)
	}
	return c, err
}

// ensureAll makes the releases what they are to be, each when the one before it is ready.
func (p *plane) ensureAll(ctx context.Context, o InstallOptions, releases []release) error {
	var rel, istiod *helmrelease.Release
	for i, r := range releases {
		var err error
		wait := !o.NoWait || i < len(releases)-1 // without istiod the gateway cannot start
		if rel, err = p.ensureStep(ctx, r, wait); err != nil {
			return err
		}
		if r.name == releaseIstiod {
			istiod = rel
		}
	}
	last := releases[len(releases)-1]
	if istiod != nil {
		if err := p.renewGateway(ctx, istiod, last, rel, !o.NoWait); err != nil {
			return err
		}
	}
	return p.ensureDomain(ctx, o, last, rel)
}

// ensureStep is ensure under a progress line.
func (p *plane) ensureStep(ctx context.Context, r release, wait bool) (*helmrelease.Release, error) {
	var rel *helmrelease.Release
	err := p.step(r.name, func(update func(string)) (did string, err error) {
		if did, rel, err = p.ensure(ctx, r, update); err != nil {
			return "", err
		}
		did = cmp.Or(r.chart.AppVersion(), r.chart.Metadata.Version) + " " + did
		if !wait {
			return did, nil
		}
		return did, p.waitReady(ctx, r, rel, update)
	})
	return rel, err
}
