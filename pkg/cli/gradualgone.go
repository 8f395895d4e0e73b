package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// errGone marks the error of a release whose revision somebody deleted with its share.
var errGone = errors.New("the revision is gone")

// gone is that error, where a share that the release gave leads nowhere; nil where it does not.
func (r *gradual) gone(s rio.Service) error {
	_, there := s.Revision(r.ref.Revision)
	share := s.Lost[r.ref.Revision]
	if there || share == 0 || share != r.share || s.Gradual == nil || s.Gradual.String() != r.g.String() {
		return nil
	}
	return cluster.Mark(r.deleted(fmt.Sprintf("give that to latest: kubectl rio abort -n %s %s", s.Namespace, s.Name)), errGone)
}

// deleted is the error of a release without its revision; then says what becomes of the share.
func (r *gradual) deleted(then string) error {
	return cluster.Mark(fmt.Errorf("revision %q of %q was deleted with %d%% of the traffic, so this release of it ends here; %s", r.ref.Revision, r.ref.Service, r.share, then), cluster.ErrOvertaken)
}

// giveBack gives latest the share that leads nowhere: nobody answers there, whatever the gates are.
func (r *gradual) giveBack(ctx context.Context, gone error) error {
	ctx, cancel := r.within(ctx)
	defer cancel()
	err := r.whileAway(ctx, func() error {
		_, err := r.apply(ctx, r.ref, decide(func(s rio.Service) (rio.Service, error) {
			if err := r.gone(s); err == nil { // somebody else was faster
				return s, r.stands(s)
			}
			return plan.Weight(s, nil)
		}))
		return err
	})
	switch {
	case errors.Is(err, context.Canceled):
		return errors.Join(gone, err)
	case err != nil:
		return fmt.Errorf("%w; this failed: %w", gone, err)
	}
	return r.deleted("latest has got that")
}
