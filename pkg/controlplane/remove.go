package controlplane

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"

	"helm.sh/helm/v3/pkg/action"
	helmrelease "helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/releaseutil"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"sigs.k8s.io/yaml"
)

// remove uninstalls a release and waits until its objects are gone. It reports whether
// there was one.
func (p *plane) remove(ctx context.Context, name, namespace string, update func(string)) (bool, error) {
	config, err := p.helm(namespace)
	if err != nil {
		return false, err
	}
	last, err := lastOf(config, name)
	if err != nil {
		return false, fmt.Errorf("release %q: %w", name, err)
	}
	if last == nil {
		return false, nil
	}
	if err := forgetUnknown(config, last); err != nil {
		return true, fmt.Errorf("release %q: %w", name, err)
	}
	if err := p.spareNamespaces(ctx, config, last); err != nil {
		return true, fmt.Errorf("release %q: %w", name, err)
	}
	objects, err := objectsOf(config, last.Manifest)
	if err != nil {
		return true, fmt.Errorf("release %q: %w", name, err)
	}
	past := isPast(last)
	u := action.NewUninstall(config)
	u.IgnoreNotFound, u.DeletionPropagation = true, "foreground"
	if _, err := u.Run(name); err != nil {
		return true, fmt.Errorf("remove release %q: %w", name, err)
	}
	if past { // what is there now is somebody else's
		return true, nil
	}
	objects = slices.DeleteFunc(objects, isKept)
	return true, p.whileAny(ctx, objects, func(runtime.Object) bool { return true }, update)
}

// forgetUnknown strikes out of a release's record what is of a kind that the cluster knows no
// more. Nothing of it can be left, and Helm would remove, or change, nothing at all because of it.
func forgetUnknown(config *action.Configuration, rel *helmrelease.Release) error {
	unknown, err := hasUnknown(config, rel.Manifest)
	if err != nil || !unknown {
		return err
	}
	return strike(config, rel, func(document string) (bool, error) { return hasUnknown(config, document) })
}

// hasUnknown reports whether a manifest has something of a kind that the cluster does not know.
func hasUnknown(config *action.Configuration, manifest string) (bool, error) {
	_, err := objectsOf(config, manifest)
	if isUnknownKind(err) {
		return true, nil
	}
	return false, err
}

// isUnknownKind takes several errors for one where all are alike.
func isUnknownKind(err error) bool {
	return err != nil && utilerrors.FilterOut(err, meta.IsNoMatchError) == nil
}

// spareNamespaces strikes out of a release's record its namespaces in which others have
// something. All else of the release is removed.
func (p *plane) spareNamespaces(ctx context.Context, config *action.Configuration, rel *helmrelease.Release) error {
	return strike(config, rel, func(document string) (bool, error) {
		var head releaseutil.SimpleHead
		if err := yaml.Unmarshal([]byte(document), &head); err != nil || head.Kind != "Namespace" || head.Metadata == nil {
			return false, err
		}
		foreign, err := p.foreignIn(ctx, head.Metadata.Name)
		if len(foreign) > 0 {
			p.kept[head.Metadata.Name] = foreign
		}
		return len(foreign) > 0, err
	})
}

// strike takes documents out of a release's record, so that Helm removes no such object.
func strike(config *action.Configuration, rel *helmrelease.Release, out func(document string) (bool, error)) error {
	return rewrite(config, rel, func(document string) (string, error) {
		struck, err := out(document)
		if struck {
			document = ""
		}
		return document, err
	})
}

// rewrite changes documents of a release's record, by which Helm knows what it made. One that
// becomes empty is left out.
func rewrite(config *action.Configuration, rel *helmrelease.Release, change func(document string) (string, error)) error {
	manifest, changed, err := eachDocument(rel.Manifest, change)
	if err != nil || !changed {
		return err
	}
	rel.Manifest = manifest
	return config.Releases.Update(rel)
}

// eachDocument changes the documents of a manifest, and says whether that made a difference.
func eachDocument(manifest string, change func(document string) (string, error)) (string, bool, error) {
	documents := releaseutil.SplitManifests(manifest)
	order := releaseutil.BySplitManifestsOrder(slices.Collect(maps.Keys(documents)))
	sort.Sort(order)
	var left []string
	changed := false
	for _, key := range order {
		document, err := change(documents[key])
		if err != nil {
			return "", false, err
		}
		changed = changed || document != documents[key]
		if document != "" {
			left = append(left, document)
		}
	}
	return strings.Join(left, "\n---\n"), changed, nil
}
