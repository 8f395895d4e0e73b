package cluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// ErrNoPods is why a service that exists has nothing to show: it is scaled to 0, just begins, or
// its pods are refused.
var ErrNoPods = errors.New("none runs")

// WhyNoPods is the error for a service or revision whose pods were looked for and not found.
func (c *Client) WhyNoPods(ctx context.Context, ref rio.Ref) error {
	snap, err := c.Load(ctx, ref)
	if err != nil {
		return err
	}
	if !snap.Service.Exists() {
		return fmt.Errorf("stack %q has no service %q; see: kubectl rio ps -n %s%s", ref.Namespace, ref.Service, ref.Namespace, ref.OrID())
	}
	rev, ok := snap.Service.Revision(ref.RevisionName())
	if !ok {
		return rio.NoSuchRevision(snap.Service, ref.RevisionName())
	}
	return noPods(ref, *rev)
}

// noPods is the error for a revision without a pod.
func noPods(ref rio.Ref, rev rio.Revision) error {
	why, remedy := "", cmp.Or(startOne(ref, rev), fmt.Sprintf("see: kubectl rio why -n %s %s", ref.Namespace, ref))
	if rev.Observed != nil && rev.Observed.Refused() != "" {
		why = ": " + rev.Observed.Refused()
	}
	return fmt.Errorf("%q in stack %q has no pod: %w%s; %s", ref, ref.Namespace, ErrNoPods, why, remedy)
}

// startOne says how a revision gets a pod. Only one that is scaled to 0, by kubectl rio itself, is scaled
// up: elsewhere that takes pods away, or an autoscaler, or cannot be done.
func startOne(ref rio.Ref, rev rio.Revision) string {
	if rev.Foreign || rev.Replicas == nil || *rev.Replicas > 0 {
		return ""
	}
	return fmt.Sprintf("start one: kubectl rio scale -n %s %s=1", ref.Namespace, ref)
}
