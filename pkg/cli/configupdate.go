package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

const updateLong = `Change its content. Each revision reads its own copy, so running pods do not see the change: services whose latest reads it get a new copy, and with
it new pods, by an ordinary rolling update. A staged revision keeps its copy until it is staged again or named with --also.`

func addAlsoFlag(cmd *cobra.Command, also *[]string) {
	cmd.Flags().StringArrayVar(also, "also", nil, "staged revision that gets the change, too, `SERVICE:REVISION`; may be repeated")
}

// updateConfig writes a config, and brings it to the revisions that are to have it. That one
// of them may not be changed is said before anything is written.
func (m *mutation) updateConfig(cmd *cobra.Command, args []string, c rio.Config, also []string) error {
	named, err := m.o.refs(also)
	if err != nil {
		return err
	}
	ctx, done, err := m.begin(cmd, args)
	if err != nil {
		return err
	}
	defer done()
	live, mine, err := m.client.Get(ctx, c.Kind, c.FullName())
	if err != nil {
		return err
	}
	next, changes, err := plan.UpdateConfig(live, mine, c)
	if err != nil {
		return err
	}
	targets, err := m.targets(ctx, next, named)
	if err != nil {
		return err
	}
	if len(changes) == 0 {
		m.o.talk("%s %s unchanged", c.Word(), c.Name)
	}
	result, err := m.put(ctx, changes)
	if err != nil {
		return err
	}
	var errs []error
	for _, t := range targets {
		written, err := m.apply(ctx, t.ref, decide(func(s rio.Service) (rio.Service, error) {
			fresh, err := plan.Refresh(s, t.revisions, next)
			if err == nil && len(plan.Rolls(s, fresh)) > 0 {
				m.o.talk("%s reads %s %s, new pods come", t.ref.In(next.Namespace), next.Word(), next.Name)
				m.sayAlone(s, fresh)
			}
			return fresh, err
		}))
		result, errs = append(result, written...), append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return m.print(next, result)
}

// reader is a service with the revisions that get a config.
type reader struct {
	ref       rio.Ref
	revisions []string
}

// targets finds who gets a config that changes: latest of each service that reads it, and
// the revisions that are named.
func (m *mutation) targets(ctx context.Context, c rio.Config, named []rio.Ref) ([]reader, error) {
	services, err := m.client.List(ctx, c.Namespace, labels.Everything())
	if err != nil {
		return nil, err
	}
	for _, ref := range named {
		if ref.Namespace != c.Namespace {
			return nil, usagef("invalid --also %q: %s %q is in stack %q", ref.In(c.Namespace), c.Word(), c.Name, c.Namespace)
		}
	}
	refs := named
	for _, ref := range plan.Readers(services, c) {
		if ref.IsLatest() {
			refs = append(refs, ref)
		}
	}
	var all []reader
	for _, ref := range refs {
		i := slices.IndexFunc(all, func(t reader) bool { return t.ref == ref.Of("") })
		if i < 0 {
			all, i = append(all, reader{ref: ref.Of("")}), len(all)
		}
		if !slices.Contains(all[i].revisions, ref.RevisionName()) {
			all[i].revisions = append(all[i].revisions, ref.RevisionName())
		}
	}
	for _, t := range all {
		i := slices.IndexFunc(services, func(s rio.Service) bool { return s.Ref() == t.ref })
		if i < 0 {
			return nil, fmt.Errorf("stack %q has no service %q; see: kubectl rio ps -n %s", t.ref.Namespace, t.ref.Service, t.ref.Namespace)
		}
		if _, err := plan.Refresh(services[i], t.revisions, c); err != nil {
			return nil, err
		}
	}
	return all, nil
}
