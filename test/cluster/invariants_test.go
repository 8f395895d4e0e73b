package cluster

import (
	"context"
	"errors"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
	"github.com/kubectl-rio/kubectl-rio/test/invariant"
)

// watchInvariants records every stored version of a stack until the function that it
// gives is called, which says what broke an invariant.
func watchInvariants(ctx context.Context, k lab.Kubectl) (func(context.Context) error, error) {
	recording, err := lab.Record(ctx, k, k.Namespace)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		events, err := recording.Stop(ctx)
		if err != nil {
			return err
		}
		var broken []error
		for _, v := range invariant.Check(events) {
			broken = append(broken, errors.New(v.String()))
		}
		return errors.Join(broken...)
	}, nil
}
