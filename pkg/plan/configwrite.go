package plan

import (
	"fmt"
	"maps"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// CreateConfig makes a config. One of the name must not be there.
func CreateConfig(live manifest.Object, c rio.Config) (ChangeSet, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if live != nil {
		return nil, fmt.Errorf("%s %q exists in stack %q; change it: kubectl rio %s update -n %s %s FILE", c.Word(), c.Name, c.Namespace, c.Word(), c.Namespace, c.Name)
	}
	return ChangeSet{{Op: Create, After: manifest.Config(c, "")}}, nil
}

// UpdateConfig gives a config other content under the keys that are given, and further labels. mine is what kubectl rio owns of the live object.
func UpdateConfig(live, mine manifest.Object, c rio.Config) (rio.Config, ChangeSet, error) {
	if live == nil {
		return c, nil, noSuchConfigs(c.Namespace, map[string][]string{c.Kind: {c.Name}})
	}
	was, _ := manifest.ParseConfig(live)
	if err := mayRewrite(was); err != nil {
		return c, nil, err
	}
	owned, _ := manifest.ParseConfig(mine)
	next := owned
	next.Type = was.Type
	next.Data = merged(owned.Data, c.Data)
	next.Labels = merged(owned.Labels, c.Labels)
	next.Filed = owned.Filed || c.Filed
	if c.Filed || c.Description != "" { // a stack file says all
		next.Description = c.Description
	}
	if err := next.Validate(); err != nil {
		return c, nil, err
	}
	return next, Keep(mine, manifest.Config(next, "")), nil
}

// RemoveConfig deletes a config. One that a revision was made with goes only by force: the
// revision has its copy, but could not be staged or brought up again as it is.
func RemoveConfig(live manifest.Object, c rio.Config, readers []rio.Ref, force bool) (ChangeSet, error) {
	if live == nil {
		return nil, rio.NoSuch(c.Word(), c.FullName())
	}
	was, _ := manifest.ParseConfig(live)
	if err := mayRewrite(was); err != nil {
		return nil, err
	}
	if len(readers) > 0 && !force {
		return nil, fmt.Errorf("%s %q is used by %s; remove that first, or delete it all the same: kubectl rio %s rm --force -n %s %s",
			c.Word(), c.Name, rio.JoinRefs(readers), c.Word(), c.Namespace, c.Name)
	}
	return ChangeSet{{Op: Delete, Before: live}}, nil
}

// merged is a map with what another one adds to it or has otherwise.
func merged[V any](old, more map[string]V) map[string]V {
	out := maps.Clone(old)
	if out == nil {
		out = map[string]V{}
	}
	maps.Copy(out, more)
	return out
}

func mayRewrite(c rio.Config) error {
	kind := strings.ToLower(c.Kind)
	switch {
	case c.Source != "":
		return fmt.Errorf("%q is a service's own copy of %s %q, which never changes; change that: kubectl rio %s update -n %s %s FILE", c.Name, c.Word(), c.Source, c.Word(), c.Namespace, c.Source)
	case c.Foreign:
		return fmt.Errorf("%s %q was not made by kubectl rio; change it with kubectl edit %s -n %s %s", kind, c.Name, kind, c.Namespace, c.Name)
	}
	return nil
}
