package cluster

import (
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// rollout is how far a workload's pods are replaced, whatever its kind.
type rollout struct {
	seen                            bool // the controller has, the newest template
	want, updated, available, total int32
	onDelete                        bool   // old pods stay until somebody deletes them
	refused                         string // why no pod can be made, by a quota or a policy
}

// done reports whether all pods are there, of the newest template, and no other left.
func (r rollout) done() bool {
	return r.available == r.want && r.total == r.want && (r.updated == r.want || r.onDelete)
}

// ready are the pods that serve and stay.
func (r rollout) ready() int32 { return rio.Serving(r.available, r.updated, r.onDelete) }

// String counts the pods for people.
func (r rollout) String() string {
	text := rio.Progress(r.ready(), r.want, r.total-r.updated)
	if r.refused != "" {
		text += ": " + r.refused
	}
	return text
}

func rolloutOf(o runtime.Object) (rollout, bool) {
	live, ok := o.(manifest.Object)
	if !ok {
		return rollout{}, false
	}
	seen := manifest.Observed(live)
	if seen == nil {
		return rollout{}, false
	}
	return rollout{seen.UpToDate, seen.Replicas, seen.Updated, seen.Available, seen.Total, seen.OnDelete, seen.Refused()}, true
}
