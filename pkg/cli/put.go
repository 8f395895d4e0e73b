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
	if err := m.client.MustBeFree(ctx, changes, rio.Service{}); err != nil {
		return nil, err
	}
	if m.dryRun != dryRunNone {
		return m.rehearse(ctx, changes)
	}
	var result []manifest.Object
	for _, c := range changes {
		o, err := m.send(ctx, c, changedObject(c.Object()), true)
		if err != nil {
			return nil, err
		}
		result = append(result, resultOf(c, o))
	}
	return result, nil
}
