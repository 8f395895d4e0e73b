package controlplane

import (
	"context"
	"fmt"
	"io"
	"strings"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chartutil"
	helmrelease "helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/releaseutil"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// renderAll gives releases their manifests, and no cluster is asked about them: the kinds of
// one may come with another.
func renderAll(ctx context.Context, releases []release, kubernetes string) error {
	for i, r := range releases {
		rel, err := r.render(ctx, kubernetes)
		if err != nil {
			return fmt.Errorf("render chart %q: %w", r.chart.Name(), err)
		}
		releases[i].manifest = rel.Manifest
	}
	return nil
}

func (r release) render(ctx context.Context, kubernetes string) (*helmrelease.Release, error) {
	version, err := chartutil.ParseKubeVersion(kubernetes)
	if err != nil {
		return nil, err
	}
	values, err := r.over(r.last)
	if err != nil {
		return nil, err
	}
	i := action.NewInstall(new(action.Configuration))
	i.ReleaseName, i.Namespace = r.name, r.namespace
	i.DryRun, i.ClientOnly, i.KubeVersion = true, true, version
	// Istio's charts ask for it, and what stays was rendered as it was made.
	i.IsUpgrade = r.last != nil && !isRemoved(r.last) && (r.last.Version > 1 || !r.recorded(r.last, values))
	return i.RunWithContext(ctx, r.chart, values)
}

// writeManifests writes all that install would make, each namespace before what is in it,
// for a tool that applies it. Each release begins with a comment line that names it.
func writeManifests(w io.Writer, releases []release) error {
	namespace := ""
	for i, r := range releases {
		if _, err := fmt.Fprintf(w, "# release %s\n", r.name); err != nil {
			return err
		}
		if r.namespace != namespace {
			namespace = r.namespace
			ns, err := r.ownNamespace()
			if err != nil {
				return err
			}
			text, err := yaml.Marshal(map[string]any{
				"apiVersion": corev1.SchemeGroupVersion.String(), "kind": "Namespace", "metadata": map[string]any{"name": ns.Name, "labels": ns.Labels},
			})
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(w, "---\n%s", text); err != nil {
				return err
			}
		}
		manifest := r.manifest
		if i > 0 && releases[i-1].name == releaseIstiod {
			var err error
			if manifest, err = inLastWave(manifest); err != nil {
				return err
			}
		}
		if _, err := io.WriteString(w, manifest); err != nil {
			return err
		}
	}
	return nil
}

// failClosed has the webhooks of Istio's charts say what istiod makes of them once it serves them: a
// tool that compares what it applied would put Ignore back for ever. Nothing that they judge comes
// before istiod.
func failClosed(releases []release) error {
	for _, r := range releases {
		values, err := r.over(r.last)
		if err != nil {
			return err
		}
		if get(values, "base", "validationFailurePolicy") == nil {
			set(r.values, "Fail", "base", "validationFailurePolicy")
		}
	}
	return nil
}

// inLastWave has Argo CD apply a manifest when all else of the application is healthy. By itself it
// orders by kind, and a gateway that is made before the injector's webhook never gets its proxy:
// https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
func inLastWave(manifest string) (string, error) {
	var b strings.Builder
	texts := releaseutil.SplitManifests(manifest)
	for i := range len(texts) {
		var o map[string]any
		if err := yaml.Unmarshal([]byte(texts[fmt.Sprintf("manifest-%d", i)]), &o); err != nil {
			return "", err
		}
		if o == nil { // nothing but a comment
			continue
		}
		set(o, "1", "metadata", "annotations", "argocd.argoproj.io/sync-wave")
		text, err := yaml.Marshal(o)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "---\n%s", text)
	}
	return b.String(), nil
}
