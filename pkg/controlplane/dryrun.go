package controlplane

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	helmrelease "helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/releaseutil"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/yaml"
)

// rehearse says of each release which objects install would create, change and delete.
func (p *plane) rehearse(releases []release) error {
	for _, r := range releases {
		if isRemoved(r.last) { // it is removed first
			r.last = nil
		}
		lines, err := p.differences(r)
		if err != nil {
			return fmt.Errorf("release %q: %w", r.name, err)
		}
		values, err := r.over(r.last)
		if err != nil {
			return err
		}
		version := cmp.Or(r.chart.AppVersion(), r.chart.Metadata.Version)
		switch {
		case r.last == nil:
			p.Talk("release %s %s would be installed", r.name, version)
		case r.last.Info.Status != helmrelease.StatusDeployed:
			p.Talk("release %s %s is half done (%s), and would be finished", r.name, version, r.last.Info.Status)
		case len(lines) == 0 && r.recorded(r.last, values):
			p.Talk("release %s %s unchanged", r.name, version)
		default:
			p.Talk("release %s would be upgraded from %s to %s", r.name, r.last.Chart.Metadata.Version, r.chart.Metadata.Version)
		}
		for _, line := range lines {
			p.Talk("  %s", line)
		}
	}
	return nil
}

// differences are the lines of compare for a release as it was made and as it is to be, and one for each
// object that was removed or edited since.
func (p *plane) differences(r release) ([]string, error) {
	if r.last == nil {
		return compare("", r.manifest)
	}
	lines, err := compare(r.last.Manifest, r.manifest)
	if err != nil {
		return nil, err
	}
	config, err := p.helm(r.namespace)
	if err != nil {
		return nil, err
	}
	drifted, err := r.drifted(config, r.last)
	if err != nil && !apierrors.IsForbidden(err) && !isUnknownKind(err) { // what may not be seen is told by nobody
		return nil, err
	}
	for _, d := range drifted {
		name := strings.ToLower(d.Kind) + " " + strings.TrimPrefix(d.Namespace+"/"+d.Name, "/")
		if slices.ContainsFunc(lines, func(line string) bool { return line[2:] == name }) {
			continue
		}
		line := "+ " + name
		if d.Field != "" {
			line = fmt.Sprintf("~ %s (%s)", name, d.Field)
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// compare has a line for each object that is only in one of two manifests, or not the same.
func compare(before, after string) ([]string, error) {
	old, err := objectsIn(before)
	if err != nil {
		return nil, err
	}
	now, err := objectsIn(after)
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(now)) {
		switch was, there := old[name]; {
		case !there:
			lines = append(lines, "+ "+name)
		case !sameJSON(was, now[name]):
			lines = append(lines, "~ "+name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(old)) {
		if _, there := now[name]; !there {
			lines = append(lines, "- "+name)
		}
	}
	return lines, nil
}

// objectsIn are the objects of a manifest, by KIND NAMESPACE/NAME.
func objectsIn(manifest string) (map[string]any, error) {
	objects := map[string]any{}
	for _, text := range releaseutil.SplitManifests(manifest) {
		var o map[string]any
		if err := yaml.Unmarshal([]byte(text), &o); err != nil {
			return nil, err
		}
		if o == nil { // nothing but a comment
			continue
		}
		objects[keyOf(o)] = o
	}
	return objects, nil
}

// keyOf is an object's KIND NAMESPACE/NAME.
func keyOf(o map[string]any) string {
	name := getString(o, "metadata", "name")
	if namespace := getString(o, "metadata", "namespace"); namespace != "" {
		name = namespace + "/" + name
	}
	return strings.ToLower(getString(o, "kind")) + " " + name
}
