package printer

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

// Changes draws a change set: a line for each object, and under an update a line for
// each field that changes. What is masked, and what is in a Secret, is not shown.
func Changes(w io.Writer, changes plan.ChangeSet, m stack.Mask, colour bool) error {
	b := sheet{colour: colour}
	for _, c := range changes {
		name := m.Hide(manifest.KindName(c.Object()))
		switch c.Op {
		case plan.Create:
			b.line("+", name)
		case plan.Delete:
			b.line("-", name)
		case plan.Update, plan.Label:
			b.line("~", name)
			lines, err := fieldChanges(c, m)
			if err != nil {
				return err
			}
			for _, line := range lines {
				b.detail(line)
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func fieldChanges(c plan.Change, m stack.Mask) ([]string, error) {
	before, after, err := flatten(c.Before, c.After)
	if err != nil {
		return nil, err
	}
	theirs, err := overwritten(c, before, after)
	if err != nil {
		return nil, err
	}
	var lines []string
	if weights := manifest.Weights(c.After); weights != nil {
		if split := SplitChange(manifest.Weights(c.Before), weights); split != "" {
			lines = append(lines, "split: "+split)
		}
	}
	lines = append(lines, routeSplits(c)...)
	var notes []string
	all := maps.Clone(before)
	maps.Copy(all, after)
	for _, path := range slices.Sorted(maps.Keys(all)) {
		see := func(value string) string {
			if manifest.Kind(c.Object()) == rio.KindSecret && isData(path) {
				return stack.Hidden
			}
			return m.Hide(value)
		}
		if was, is := before[path], after[path]; was != is && !isShare(path) {
			if other, met := theirs[path]; met {
				lines = append(lines, m.Hide(path)+": "+other.line(see, is))
				continue
			}
			changed := fieldChange(m.Hide(path), was, is, see)
			if isNote(path) {
				notes = append(notes, changed...)
				continue
			}
			lines = append(lines, changed...)
		}
	}
	if len(lines) == 0 {
		return notes, nil
	}
	return lines, nil
}

// isNote reports whether a field says once more, for the next command, what the others say.
func isNote(path string) bool {
	return path == "annotations."+rio.AnnotationTargets || path == "annotations."+rio.AnnotationQuiet
}

// routeSplits are lines about the services that routes lead to, as before, and that are split otherwise.
func routeSplits(c plan.Change) []string {
	before, after := manifest.ParseRoutes([]manifest.Object{c.Before}), manifest.ParseRoutes([]manifest.Object{c.After})
	if len(before) == 0 || len(after) == 0 || len(before[0].Routes) != len(after[0].Routes) {
		return nil
	}
	var lines []string
	for i := range after[0].Routes {
		was, is := before[0].Routes[i].Targets(), after[0].Routes[i].Targets()
		for j := range min(len(was), len(is)) {
			ref := is[j].Ref(after[0].Namespace)
			split := SplitChange(was[j].Split, is[j].Split)
			if line := fmt.Sprintf("requests for %s: %s", ref, split); split != "" && ref == was[j].Ref(before[0].Namespace) && !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

// fieldChange is a line, or of the content of a config the lines that change.
func fieldChange(path, was, is string, see func(string) string) []string {
	switch {
	case was == "":
		return []string{path + ": + " + within(path, see(is))}
	case is == "":
		return []string{path + ": - " + within(path, see(was))}
	case isData(path):
		return stack.TextChange(path, see(was), see(is))
	}
	return []string{path + ": " + see(was) + " -> " + see(is)}
}

// within is a value that fits a line, where it may be a whole file.
func within(path, value string) string {
	if isData(path) {
		return stack.Short(value)
	}
	return value
}

// isData reports whether a field is what a ConfigMap or a Secret holds.
func isData(path string) bool {
	return strings.HasPrefix(path, "data.") || strings.HasPrefix(path, "binaryData.")
}

// isShare reports whether a field is of a destination and its weight, which the line of the split tells.
// What else a route says of a destination, a cookie say, is shown.
func isShare(path string) bool {
	_, of, ok := strings.Cut(path, ".route[")
	_, field, _ := strings.Cut(of, "].")
	return ok && (field == "weight" || strings.HasPrefix(field, "destination."))
}

// SplitChange says how shares change, latest first: "latest 100% -> 70%, v2 0% -> 30%".
func SplitChange(before, after map[string]int) string {
	all := map[string]int{}
	maps.Copy(all, before)
	maps.Copy(all, after)
	var parts []string
	for _, n := range rio.LatestFirst(all) {
		if before[n] != after[n] {
			parts = append(parts, fmt.Sprintf("%s %d%% -> %d%%", n, before[n], after[n]))
		}
	}
	return strings.Join(parts, ", ")
}

// LostField is the path of the first field of a workload's pod template that another version of it
// has not, or otherwise; empty where it has them all.
func LostField(o, in manifest.Object) (string, error) {
	all, kept, err := flatten(o, in)
	if err != nil {
		return "", err
	}
	for _, path := range slices.Sorted(maps.Keys(all)) {
		if strings.HasPrefix(path, "template.") && kept[path] != all[path] {
			return path, nil
		}
	}
	return "", nil
}
