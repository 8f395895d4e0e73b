package cli

import (
	"context"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// create writes changes that make a thing in a stack, which is made too if need be, and prints it.
func (m *mutation) create(ctx context.Context, namespace string, thing identified, changes plan.ChangeSet) error {
	if m.dryRun == dryRunNone {
		if _, err := m.ensureStack(ctx, namespace); err != nil {
			return err
		}
	}
	return m.putAndPrint(ctx, thing, changes)
}

func (m *mutation) putAndPrint(ctx context.Context, thing identified, changes plan.ChangeSet) error {
	result, err := m.put(ctx, changes)
	if err != nil {
		return err
	}
	return m.print(thing, result)
}

// put writes changes that are about no service, or shows them.
func (m *mutation) put(ctx context.Context, changes plan.ChangeSet) ([]manifest.Object, error) {
	return m.putEach(ctx, changes, func(i int) (changed, bool) { return changedObject(changes[i].Object()), true })
}

// putPart is put of what is about a service: the last changes of a command that has several parts, or not.
func (m *mutation) putPart(ctx context.Context, of changed, changes plan.ChangeSet, last bool) ([]manifest.Object, error) {
	return m.putEach(ctx, changes, func(i int) (changed, bool) { return of, last && i == len(changes)-1 })
}

// putEach is put, with what each change is about, and whether it is the last of that.
func (m *mutation) putEach(ctx context.Context, changes plan.ChangeSet, about func(int) (changed, bool)) ([]manifest.Object, error) {
	if err := m.client.MustBeFree(ctx, changes, rio.Service{}); err != nil {
		return nil, err
	}
	if m.dryRun != dryRunNone {
		return m.rehearse(ctx, changes)
	}
	var result []manifest.Object
	for i, c := range changes {
		of, last := about(i)
		o, err := m.send(ctx, c, of, last)
		if err != nil {
			return nil, err
		}
		result = append(result, resultOf(c, o))
	}
	return result, nil
}
