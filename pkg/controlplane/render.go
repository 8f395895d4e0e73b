package controlplane

import (
	"context"
	"fmt"
	"io"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chartutil"
	helmrelease "helm.sh/helm/v3/pkg/release"
)

// render writes the manifests of releases, and no cluster is asked about them: the kinds
// of one may come with another.
func render(ctx context.Context, releases []release, kubernetes string, w io.Writer) error {
	for _, r := range releases {
		rel, err := r.render(ctx, kubernetes)
		if err != nil {
			return fmt.Errorf("render chart %q: %w", r.chart.Name(), err)
		}
		if _, err := io.WriteString(w, rel.Manifest); err != nil {
			return err
		}
	}
	return nil
}

func (r release) render(ctx context.Context, kubernetes string) (*helmrelease.Release, error) {
	version, err := chartutil.ParseKubeVersion(kubernetes)
	if err != nil {
		return nil, err
	}
	i := action.NewInstall(new(action.Configuration))
	i.ReleaseName, i.Namespace = r.name, r.namespace
	i.DryRun, i.ClientOnly, i.KubeVersion = true, true, version
	return i.RunWithContext(ctx, r.chart, r.values)
}
