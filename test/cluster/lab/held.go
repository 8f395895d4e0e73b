package lab

import (
	"context"
	"errors"
	"time"

	"github.com/kubectl-rio/kubectl-rio/test/invariant"
)

// WatchInvariants records every stored version of namespaces until the function that it
// gives is called, which says what broke an invariant, or what Istio's own tools say of it.
func WatchInvariants(ctx context.Context, k Kubectl, namespaces ...string) (held func(context.Context) error, err error) {
	recording, err := Record(ctx, k, namespaces...)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		events, err := recording.Stop(ctx)
		if err != nil {
			return err
		}
		var broken []error
		for _, v := range invariant.Check(events) {
			broken = append(broken, errors.New(v.String()))
		}
		problems, err := Istioctl(ctx, k, events)
		for _, p := range problems {
			broken = append(broken, errors.New("istioctl: "+p))
		}
		return errors.Join(append(broken, err)...)
	}, nil
}
