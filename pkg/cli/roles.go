package cli

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// mustHaveRoles refuses rights by roles that are not there, unless pods have those rights already: the API
// server takes a binding to no role from who may bind all of them, and it gives nothing. Where one may not
// look, that is for the API server to refuse.
func (m *mutation) mustHaveRoles(ctx context.Context, namespace string, asked, had rio.Rights) error {
	for _, list := range []struct {
		asked, had []rio.Permission
		global     bool
	}{{asked.Permissions, had.Permissions, false}, {asked.GlobalPermissions, had.GlobalPermissions, true}} {
		for _, p := range list.asked {
			if p.Role == "" || slices.ContainsFunc(list.had, func(q rio.Permission) bool { return reflect.DeepEqual(p, q) }) {
				continue
			}
			if err := m.mustHaveRole(ctx, namespace, p, list.global); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *mutation) mustHaveRole(ctx context.Context, namespace string, p rio.Permission, global bool) error {
	within, other := namespace, ""
	if global {
		within, other = "", namespace
	}
	there, seen, err := m.client.HasRole(ctx, within, p.Role)
	if err != nil || there || !seen {
		return err
	}
	elsewhere, _, err := m.client.HasRole(ctx, other, p.Role)
	hint := ""
	switch {
	case err != nil:
		return err
	case elsewhere && global:
		hint = fmt.Sprintf("; stack %q has a Role of that name: make the permission one in the stack (--permission %s)", namespace, p)
	case elsewhere:
		hint = fmt.Sprintf("; there is a ClusterRole of that name, which can be given in the whole cluster: make the permission a global one (--global-permission %s)", p)
	}
	if global {
		return fmt.Errorf("invalid permission %q: the cluster has no ClusterRole %q; create it first: kubectl create clusterrole %s --verb=VERBS --resource=RESOURCES%s", p, p.Role, p.Role, hint)
	}
	return fmt.Errorf("invalid permission %q: stack %q has no Role %q; create it first: kubectl create role -n %s %s --verb=VERBS --resource=RESOURCES%s", p, namespace, p.Role, namespace, p.Role, hint)
}

// hasRoles wants the roles that a file gives a revision and that it, or what it inherits from, has not yet.
func (w *stackWork) hasRoles(ctx context.Context, fresh, before rio.Service, revision string) error {
	var had rio.Rights
	for _, name := range []string{rio.Latest, revision} {
		if old, ok := before.Revision(name); ok {
			had = old.Rights
		}
	}
	rev, _ := fresh.Revision(revision)
	return w.mustHaveRoles(ctx, fresh.Namespace, rev.Rights, had)
}
