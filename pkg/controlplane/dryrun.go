package controlplane

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/releaseutil"
	"sigs.k8s.io/yaml"
)

// rehearse says of each release which objects install would create, change and delete.
func (o Options) rehearse(releases []release) error {
	for _, r := range releases {
		before := ""
		if isRemoved(r.last) { // it is removed first
			r.last = nil
		}
		if r.last != nil {
			before = r.last.Manifest
		}
		lines, err := compare(before, r.manifest)
		if err != nil {
			return fmt.Errorf("release %q: %w", r.name, err)
		}
		version := cmp.Or(r.chart.AppVersion(), r.chart.Metadata.Version)
		switch {
		case r.last == nil:
			o.Talk("release %s %s would be installed", r.name, version)
		case len(lines) == 0:
			o.Talk("release %s %s unchanged", r.name, version)
		default:
			o.Talk("release %s would be upgraded from %s to %s", r.name, r.last.Chart.Metadata.Version, r.chart.Metadata.Version)
		}
		for _, line := range lines {
			o.Talk("  %s", line)
		}
	}
	return nil
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
		name := getString(o, "metadata", "name")
		if namespace := getString(o, "metadata", "namespace"); namespace != "" {
			name = namespace + "/" + name
		}
		objects[fmt.Sprintf("%s %s", strings.ToLower(getString(o, "kind")), name)] = o
	}
	return objects, nil
}
