package printer

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
)

// flatten lists the fields of two objects' spec, data, labels and annotations by path. Items of a list
// that are the same thing in both have one path.
func flatten(before, after manifest.Object) (was, is map[string]string, err error) {
	m, err := manifest.Encode(before)
	if err != nil {
		return nil, nil, err
	}
	n, err := manifest.Encode(after)
	if err != nil {
		return nil, nil, err
	}
	was, is = fieldsOf(m, n)
	return was, is, nil
}

func fieldsOf(m, n map[string]any) (was, is map[string]string) {
	was, is = map[string]string{}, map[string]string{}
	walk("", m["spec"], n["spec"], was, is)
	for _, key := range []string{"data", "binaryData"} {
		walk(key, m[key], n[key], was, is)
	}
	old, _ := m["metadata"].(map[string]any)
	meta, _ := n["metadata"].(map[string]any)
	for _, key := range []string{"labels", "annotations"} {
		walk(key, old[key], meta[key], was, is)
	}
	return was, is
}

func walk(path string, before, after any, was, is map[string]string) {
	leaf(path, before, was)
	leaf(path, after, is)
	m, _ := before.(map[string]any)
	n, _ := after.(map[string]any)
	keys := map[string]any{}
	maps.Copy(keys, m)
	maps.Copy(keys, n)
	for k := range keys {
		walk(strings.TrimPrefix(path+"."+k, "."), m[k], n[k], was, is)
	}
	l, _ := before.([]any)
	r, _ := after.([]any)
	for id, p := range paired(l, r) {
		walk(fmt.Sprintf("%s[%s]", path, id), p.before, p.after, was, is)
	}
}

func leaf(path string, v any, out map[string]string) {
	switch v.(type) {
	case nil, map[string]any, []any:
	default:
		out[path] = fmt.Sprint(v)
	}
}

// pair is an item of a list, before and after; nil where it is not there.
type pair struct{ before, after any }

// paired are the items of two versions of a list, by what stands for each in a path: its name, else the
// number of its place, which for what both have is that of before.
func paired(before, after []any) map[string]pair {
	all, places := map[string]pair{}, placesOf(before, after)
	for i, v := range before {
		all[cmp.Or(nameOf(v), fmt.Sprint(i))] = pair{before: v}
	}
	for i, v := range after {
		id := cmp.Or(nameOf(v), places[i])
		for n := i; id == ""; n++ {
			if _, taken := all[fmt.Sprint(n)]; !taken {
				id = fmt.Sprint(n)
			}
		}
		all[id] = pair{all[id].before, v}
	}
	return all
}

// placesOf finds for items without a name, by their number, which place each had before: that of the item
// with which it has most fields in common, and of several the one that stands where it does.
func placesOf(before, after []any) map[int]string {
	type match struct{ from, to, same int }
	var matches []match
	nameless := func(v any) bool { return nameOf(v) == "" }
	for i, v := range before {
		for j, w := range after {
			if !nameless(v) || !nameless(w) {
				continue
			}
			m := match{i, j, 2 * common(v, w)}
			if i == j {
				m.same++
			}
			if m.same > 0 {
				matches = append(matches, m)
			}
		}
	}
	slices.SortStableFunc(matches, func(a, b match) int { return cmp.Compare(b.same, a.same) })
	places, taken := map[int]string{}, map[int]bool{}
	for _, m := range matches {
		if places[m.to] == "" && !taken[m.from] {
			places[m.to], taken[m.from] = fmt.Sprint(m.from), true
		}
	}
	return places
}

// common counts the fields that two mappings have with the same value.
func common(v, w any) int {
	m, ok := v.(map[string]any)
	n, also := w.(map[string]any)
	if !ok || !also {
		return 0
	}
	was, is := map[string]string{}, map[string]string{}
	walk("", m, n, was, is)
	same := 0
	for path, value := range was {
		if is[path] == value {
			same++
		}
	}
	return same
}

func nameOf(v any) string {
	if m, ok := v.(map[string]any); ok && m["name"] != nil {
		return fmt.Sprint(m["name"])
	}
	return ""
}
