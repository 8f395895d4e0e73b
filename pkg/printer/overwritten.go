package printer

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// other is what there is in a field that is not, or not alone, kubectl rio's.
type other struct{ value, manager string }

func (o other) line(see func(string) string, is string) string {
	switch {
	case o.value == is:
		return see(is) + ", as it is already"
	case o.manager == "":
		return see(o.value) + " -> " + see(is)
	}
	return fmt.Sprintf("%s -> %s (%q has set it: takes --force-conflicts)", see(o.value), see(is), o.manager)
}

// overwritten finds, of the fields that a change sets, those in which others' values are: what is
// cut down to our part has them not, or has them as ours, too.
func overwritten(c plan.Change, before, after map[string]string) (map[string]other, error) {
	if c.Live == nil || c.Op != plan.Update {
		return nil, nil
	}
	live, is, err := flatten(c.Live, c.After)
	if err != nil {
		return nil, err
	}
	owners, err := managers(c)
	if err != nil {
		return nil, err
	}
	found := map[string]other{}
	for path, value := range is {
		has, there := live[path]
		if there && value == after[path] && (before[path] == "" || owners[path] != "" && before[path] != value) {
			found[path] = other{has, owners[path]}
		}
	}
	return found, nil
}

// managers are the others who own fields of a live object, by path.
func managers(c plan.Change) (map[string]string, error) {
	parts, err := manifest.Theirs(c.Live, rio.FieldManager)
	if err != nil {
		return nil, err
	}
	after, err := manifest.Encode(c.After)
	if err != nil {
		return nil, err
	}
	owners := map[string]string{}
	for _, manager := range slices.Sorted(maps.Keys(parts)) {
		fields, _ := fieldsOf(parts[manager], after)
		for path := range fields {
			owners[path] = manager
		}
	}
	return owners, nil
}

// Conflicts says which fields that changes set other tools have set otherwise: without force the
// write of these is refused.
func Conflicts(changes plan.ChangeSet) ([]string, error) {
	var lines []string
	for _, c := range changes {
		if c.Live == nil {
			continue
		}
		before, after, err := flatten(c.Before, c.After)
		if err != nil {
			return nil, err
		}
		theirs, err := overwritten(c, before, after)
		if err != nil {
			return nil, err
		}
		fields := map[string][]string{}
		for _, path := range slices.Sorted(maps.Keys(theirs)) {
			if t := theirs[path]; t.manager != "" && t.value != after[path] {
				fields[t.manager] = append(fields[t.manager], path)
			}
		}
		for _, manager := range slices.Sorted(maps.Keys(fields)) {
			lines = append(lines, fmt.Sprintf("%q has set %s of %s: takes --force-conflicts", manager, strings.Join(fields[manager], ", "), manifest.KindName(c.After)))
		}
	}
	return lines, nil
}
