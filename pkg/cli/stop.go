package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// explainStop says how to go on, and how back, after a journey stopped half-way.
func (j *journey) explainStop(ref rio.Ref, last plan.Step, err error) error {
	if last.Number < 1 {
		return err
	}
	promoting := last.Target.Promoting
	if b := last.Target.Before; b != nil && b.Undo || promoting == "" {
		return fmt.Errorf("undo of %q stopped after %d/%d%s; go on: kubectl rio undo -n %s %s%.0w%.0w",
			ref.Service, last.Number, last.Of, because(err), ref.Namespace, ref.Service, err, errStopped)
	}
	return fmt.Errorf("promotion of %q stopped after %d/%d%s; go on: kubectl rio promote -n %s %s; go back: kubectl rio undo -n %s %s%.0w%.0w",
		ref.Of(promoting), last.Number, last.Of, because(err), ref.Namespace, ref.Of(promoting), ref.Namespace, ref.Service, err, errStopped)
}

// because is the reason of a stop for the middle of a sentence. Who pressed Ctrl-C knows it.
func because(err error) string {
	if errors.Is(err, context.Canceled) {
		return ""
	}
	return fmt.Sprintf(": %v", err)
}
