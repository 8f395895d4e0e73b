package controlplane

import (
	"context"
	"fmt"
	"strings"

	helmrelease "helm.sh/helm/v3/pkg/release"
	"k8s.io/apimachinery/pkg/util/version"
	apiversion "k8s.io/apimachinery/pkg/version"
	"k8s.io/client-go/discovery"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// minKubernetes is the oldest server that Istio 1.31 runs on, and that has the policies
// which the chart uses.
const minKubernetes = "1.32"

// survey is what preflight saw of a cluster.
type survey struct {
	findings   []rio.Finding
	kubernetes string // the server's version
	istio      istio
	rio        *helmrelease.Release // nil when it is not there
	keeper     string               // where and by whom that release is kept, if by another tool
	applied    string               // the version of the chart rio that another tool applied; empty where none did
}

// preflight looks at a cluster before the first write: what would stop install half way, and
// what its users would wonder about. It is an error only where the cluster does not answer. values are those that the
// chart rio would get. To look, as a dry run does, takes no right to write, and manifests are applied by others.
func (p *plane) preflight(ctx context.Context, values map[string]any, o InstallOptions) (survey, error) {
	var s survey
	info, err := p.serverVersion(ctx)
	if err != nil {
		return s, unreachable(err)
	}
	server, err := version.ParseGeneric(info.GitVersion)
	if err != nil {
		return s, fmt.Errorf("server version %q: %w", info.GitVersion, err)
	}
	s.kubernetes = server.String()
	s.add(serverFinding(server))
	var rights rio.Finding
	if o.Manifests == nil {
		if rights, err = p.rightsFinding(ctx, values); err != nil {
			return s, err
		}
		if o.DryRun && rights.Level == rio.LevelFail {
			rights.Level = rio.LevelWarn
		}
		s.add(rights)
	}
	if err := p.look(ctx, &s, values); err != nil && rights.Level != rio.LevelFail { // or that is why
		return s, err
	}
	return s, nil
}

// look finds out what is there already.
func (p *plane) look(ctx context.Context, s *survey, values map[string]any) (err error) {
	if s.istio, err = p.findIstio(ctx); err != nil {
		return err
	}
	if s.rio, err = p.last(rioNamespace); err != nil {
		return err
	}
	if values, err = (release{values: values}).over(s.rio); err != nil {
		return err
	}
	s.add(s.istio.finding(values))
	s.add(p.scopeFindings(ctx, s.istio.injector.namespace)...)
	s.add(s.istio.kindsFindings()...)
	own, err := rioChart()
	if err != nil {
		return err
	}
	defaults, err := p.defaults(ctx)
	if err != nil {
		return err
	}
	applied, orphaned := chartVersion(defaults.Labels), s.rio == nil && ofRelease(defaults, releaseRio, rioNamespace)
	if s.keeper = byFlux(defaults); s.keeper != "" {
		s.rio = nil // Flux's
	} else if orphaned {
		if s.keeper, err = p.keptElsewhere(ctx); err != nil {
			return err
		}
	}
	orphaned = orphaned && s.keeper == ""
	if s.rio == nil && !orphaned {
		s.applied = applied
	}
	s.add(chartFinding(s.rio, applied, orphaned, own.Metadata.Version), p.addressFinding(ctx, values))
	s.add(p.classFindings(ctx, values, s.rio)...)
	s.add(p.tlsFindings(ctx, values, s.rio)...)
	s.add(p.redirectFindings(ctx, values, s.rio)...)
	return nil
}

// canUpgrade wants something that an upgrade could begin with. Manifests are for the tool that applied those before.
func (o InstallOptions) canUpgrade(s survey) error {
	switch {
	case !o.Upgrade || s.rio != nil || s.applied != "" && o.Manifests != nil:
		return nil
	case s.applied != "":
		return fmt.Errorf("another tool applied chart %s of rio, so there is no release %q to upgrade; have that tool apply: kubectl rio install -o yaml, with all settings that are not the default",
			s.applied, releaseRio)
	}
	return fmt.Errorf("this cluster has no release %q in namespace %q to upgrade; bring it: kubectl rio install", releaseRio, rioNamespace)
}

// chartVersion is that of the chart of which an object with these labels is.
func chartVersion(labels map[string]string) string {
	return strings.TrimPrefix(labels["helm.sh/chart"], "rio-")
}

func (s *survey) add(findings ...rio.Finding) { s.findings = append(s.findings, findings...) }

// serverVersion is the first question, and ends with the context.
func (p *plane) serverVersion(ctx context.Context) (*apiversion.Info, error) {
	return discovery.ToServerVersionInterfaceWithContext(p.kube.Discovery()).ServerVersionWithContext(ctx)
}

func unreachable(err error) error {
	return fmt.Errorf("cannot reach the cluster: %w; see: kubectl config get-contexts", err)
}

func serverFinding(server *version.Version) rio.Finding {
	if server.LessThan(version.MustParseGeneric(minKubernetes)) {
		return rio.TroubleServerOld.Found(rio.Case{"version": server.String(), "minimum": minKubernetes})
	}
	return rio.Fine(rio.LinkServer, "Kubernetes %s", server)
}

// chartFinding says what is there of the chart rio: of a release, of one whose record is gone, or as
// another tool applied it. An older plugin does not know what a newer chart has.
func chartFinding(last *helmrelease.Release, applied string, orphaned bool, own string) rio.Finding {
	there, status := applied, helmrelease.StatusDeployed
	if last != nil {
		there, status = last.Chart.Metadata.Version, last.Info.Status
	}
	c := rio.Case{"version": there, "own": own, "status": status.String()}
	switch {
	case there == "":
		return rio.Fine(rio.LinkRio, "not installed; chart %s comes", own)
	case olderThan(own, there):
		return rio.TroubleRioNewer.Found(c)
	case status != helmrelease.StatusDeployed:
		return rio.TroubleRioHalf.Found(c)
	case orphaned:
		return rio.TroubleRioRecord.Found(c)
	case olderThan(there, own) && last == nil:
		return rio.TroubleRioApplied.Found(c)
	case olderThan(there, own):
		return rio.TroubleRioOlder.Found(c)
	case last == nil:
		return rio.Fine(rio.LinkRio, "chart %s, applied by another tool", there)
	}
	return rio.Fine(rio.LinkRio, "chart %s", there)
}
