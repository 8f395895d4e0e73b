package cli

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// mustCall refuses a caller that is not there: no request would ever match. One that may not be read
// may be there, and so is the revision that is about to be made.
func (m *mutation) mustCall(ctx context.Context, from, about rio.Ref) error {
	if from == about {
		return nil
	}
	snap, err := m.client.Load(ctx, from)
	switch _, ok := snap.Service.Revision(from.Revision); {
	case apierrors.IsForbidden(err):
		return nil
	case err != nil:
		return err
	case !snap.Service.Exists():
		return fmt.Errorf("no request comes from %q: stack %q has no service %q; see: kubectl rio ps -n %s", from.In(""), from.Namespace, from.Service, from.Namespace)
	case from.Revision != "" && !ok:
		return fmt.Errorf("no request comes from %q: %w", from.In(""), rio.NoSuchRevision(snap.Service, from.Revision))
	}
	return nil
}
