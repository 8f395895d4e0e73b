package plan

import (
	"fmt"
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Orphans is the error of routes that somebody else put into a VirtualService of the
// service and that lead to a revision which is about to go.
func Orphans(changes ChangeSet, have []manifest.Object, want rio.Service) error {
	final := map[string]manifest.Object{}
	for _, o := range have {
		final[key(o)] = o
	}
	for _, c := range changes {
		if final[key(c.Object())] = c.After; c.Op == Delete {
			delete(final, key(c.Object()))
		}
	}
	for _, o := range final {
		if manifest.IsRouteSet(o) { // ours: the verbs lead them elsewhere
			continue
		}
		for _, name := range manifest.Named(o, want.Ref()) {
			if _, ok := want.Revision(name); !ok && revisionGoes(changes, name) {
				return fmt.Errorf("a route of virtualservice %q that kubectl rio did not write leads to revision %q; take it out first: kubectl edit virtualservice -n %s %s",
					o.GetName(), name, want.Namespace, o.GetName())
			}
		}
	}
	return nil
}

func revisionGoes(changes ChangeSet, name string) bool {
	return slices.ContainsFunc(changes, func(c Change) bool {
		return c.Removes() && slices.Contains(manifest.Subsets(c.Before), name)
	})
}
