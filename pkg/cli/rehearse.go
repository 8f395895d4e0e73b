package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// rehearse shows the changes, and on the server's side has them checked.
func (m *mutation) rehearse(ctx context.Context, changes plan.ChangeSet) ([]manifest.Object, error) {
	stack, err := m.stackToMake(ctx, changes)
	if err != nil {
		return nil, err
	}
	if !m.o.Quiet {
		if err := printer.Changes(m.o.ErrOut, append(stack, changes...), m.mask, m.o.colour(m.o.ErrOut)); err != nil {
			return nil, err
		}
	}
	var result []manifest.Object
	var errs []error
	unchecked := ""
	for _, c := range changes {
		o := c.Object()
		if m.dryRun == dryRunServer {
			checked, err := m.client.Apply(ctx, c, m.write)
			switch {
			case cluster.IsNoNamespace(err):
				unchecked = c.Object().GetNamespace()
			case err != nil:
				errs = append(errs, err)
			default:
				o = checked
			}
		}
		result = append(result, resultOf(c, o))
	}
	if unchecked != "" {
		m.o.talk("stack %q does not exist yet and would be made; the server checks nothing inside it before that", unchecked)
	}
	return result, errors.Join(errs...)
}

// stackToMake is the creation of the stack that EnsureStack would make for changes, the first
// time that a rehearsal asks; print puts it first. It is empty where the namespace exists, or
// may not be read.
func (m *mutation) stackToMake(ctx context.Context, changes plan.ChangeSet) (plan.ChangeSet, error) {
	i := slices.IndexFunc(changes, func(c plan.Change) bool {
		return c.Op == plan.Create && c.Object().GetNamespace() != "" && !manifest.IsOfAccount(c.Object()) // a grant may be of another stack
	})
	if i < 0 || m.stacks.Has(changes[i].Object().GetNamespace()) {
		return nil, nil
	}
	name := changes[i].Object().GetNamespace()
	m.stacks.Insert(name)
	live, _, err := m.client.Stack(ctx, name)
	switch {
	case apierrors.IsForbidden(err):
		return nil, nil
	case err != nil || live != nil:
		return nil, err
	}
	made := manifest.Stack(rio.Stack{Name: name, Own: true})
	*m.made = append(*m.made, made)
	return plan.ChangeSet{{Op: plan.Create, After: made}}, nil
}

// deleted is an object among the results that is there no more.
type deleted struct{ manifest.Object }

// resultOf is what a change leaves: the object as the cluster has it, or a mark that it is gone.
func resultOf(c plan.Change, o manifest.Object) manifest.Object {
	if c.Op == plan.Delete {
		return deleted{o}
	}
	return o
}

// rehearseLater checks a later step before this one is written: a change that somebody
// else's route, another tool's fields in a workload, or rights that are lacking in another
// stack whose routes lead here, would stop half-way does not begin. It gives what would be there.
func (m *mutation) rehearseLater(ctx context.Context, target *rio.Service, s cluster.Snapshot) ([]rehearsed, error) {
	return m.rehearseWrites(ctx, target, s, func(o manifest.Object) bool {
		return o.GetNamespace() != target.Namespace || manifest.IsWorkload(o) || manifest.IsOfAccount(o)
	})
}

// rehearseRoutes checks that routes of other stacks may follow a later step.
func (m *mutation) rehearseRoutes(ctx context.Context, target *rio.Service, s cluster.Snapshot) error {
	_, err := m.rehearseWrites(ctx, target, s, func(o manifest.Object) bool {
		return manifest.IsRouteSet(o) && o.GetNamespace() != target.Namespace
	})
	return err
}

func (m *mutation) rehearseWrites(ctx context.Context, target *rio.Service, s cluster.Snapshot, of func(manifest.Object) bool) ([]rehearsed, error) {
	if target == nil {
		return nil, nil
	}
	changes, err := s.Changes(*target)
	if err != nil || m.dryRun == dryRunClient {
		return nil, err
	}
	opts := m.write
	opts.DryRun = true
	var result []rehearsed
	for _, c := range changes {
		if !of(c.Object()) {
			continue
		}
		o, err := m.client.Apply(ctx, c, opts)
		if err != nil {
			return nil, err
		}
		result = append(result, rehearsed{c.Object(), o})
	}
	return result, nil
}

// rehearsed is an object as it is to be written, and as the server would have it then.
type rehearsed struct{ asked, answer manifest.Object }

// mustKeep refuses a promotion that would not end: where an admission webhook sets a field of
// pods by the name of their workload, latest's never become those of the revision.
func (m *mutation) mustKeep(s rio.Service, all []rehearsed) error {
	for _, r := range all {
		if !manifest.IsWorkload(r.asked) || !manifest.RefOf(r.asked).IsLatest() {
			continue
		}
		mine, err := m.client.Owned(r.answer)
		if err != nil {
			return err
		}
		field, err := printer.LostField(r.asked, mine)
		if err != nil {
			return err
		}
		if field != "" {
			name := manifest.KindName(r.asked)
			return fmt.Errorf("%s does not keep what is written to %s: an admission webhook or policy changes it, so the promotion would not end; have %s left out there, or %s", name, field, name, otherwise(s))
		}
	}
	return nil
}

// otherwise is how traffic comes to a new version without a promotion.
func otherwise(s rio.Service) string {
	if s.Routed() {
		return fmt.Sprintf("release the traffic with weight instead: kubectl rio weight -n %s %s:REVISION=100%%", s.Namespace, s.Name)
	}
	return fmt.Sprintf("change latest itself: kubectl rio edit -n %s %s", s.Namespace, s.Name)
}

// mustAlter refuses a change of latest's pods of which nothing would come: what another tool
// added to a workload is not ours to take away.
func mustAlter(s rio.Service, all []rehearsed) error {
	latest, ok := s.Latest()
	if !ok || latest.Observed == nil {
		return nil
	}
	live := latest.Observed
	altered := slices.ContainsFunc(all, func(r rehearsed) bool {
		t := manifest.TemplateOf(r.answer)
		return t != nil && manifest.KindName(r.answer) == live.Workload && !equality.Semantic.DeepEqual(*t, live.Template)
	})
	if altered {
		return nil
	}
	return fmt.Errorf("the last change of %s is another tool's, which kubectl rio does not take away; take it back there, or with: kubectl rollout undo -n %s %s",
		live.Workload, s.Namespace, live.Workload)
}
