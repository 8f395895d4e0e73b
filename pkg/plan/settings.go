package plan

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// Words of the update order, the update strategy and the deployment strategy.
const (
	startFirst = "start-first"
	stopFirst  = "stop-first"
	rolling    = "rolling"
	onDelete   = "on-delete"
	parallel   = "parallel"
	ordered    = "ordered"
)

// setUp gives a revision what is set beside its template: the kind of its workload, how its
// pods are replaced, and what they may do. What is not set stays.
func setUp(rev *rio.Revision, r spec.Revision) error {
	if err := setRollout(rev, r); err != nil {
		return err
	}
	return permit(rev, r)
}

func setRollout(rev *rio.Revision, r spec.Revision) error {
	for _, w := range []struct {
		field, word string
		known       []string
	}{
		{"update order", r.UpdateOrder, []string{startFirst, stopFirst}},
		{"update strategy", r.UpdateStrategy, []string{rolling, onDelete}},
		{"deployment strategy", r.DeploymentStrategy, []string{parallel, ordered}},
	} {
		if w.word != "" && !slices.Contains(w.known, w.word) {
			return fmt.Errorf("invalid %s %q: want %s or %s", w.field, w.word, w.known[0], w.known[1])
		}
	}
	if r.BatchSize < 0 {
		return fmt.Errorf("invalid batch size %d: want a number of pods, 1 or more", r.BatchSize)
	}
	o := &rev.Rollout
	if r.BatchSize > 0 {
		o.BatchSize = r.BatchSize
	}
	if r.UpdateOrder != "" {
		o.StopFirst = r.UpdateOrder == stopFirst
	}
	if r.UpdateStrategy != "" {
		o.OnDelete = r.UpdateStrategy == onDelete
	}
	if r.DeploymentStrategy != "" {
		o.Ordered = r.DeploymentStrategy == ordered
	}
	rev.Kind = kindFor(rev.Kind, r)
	return checkRollout(rev, r)
}

// kindFor is the kind of workload that the settings ask for, of one that is of a kind so far.
func kindFor(kind string, r spec.Revision) string {
	switch {
	case r.Global != nil && *r.Global:
		return manifest.KindDaemonSet
	case r.DeploymentStrategy == ordered || r.UpdateStrategy == onDelete && kind != manifest.KindDaemonSet:
		return manifest.KindStatefulSet
	case r.Global != nil && kind == manifest.KindDaemonSet:
		return manifest.KindDeployment
	}
	return kind
}

// maxStatefulSet is the longest name of one that can have pods: their label controller-revision-hash
// is NAME-HASH, the hash has up to ten characters, and a label at most 63.
const maxStatefulSet = 52

// mayBeCalled refuses a name under which no pod could be made, or no Service.
func mayBeCalled(ref rio.Ref, kind, remedy string) error {
	name := ref.ObjectName()
	if kind == manifest.KindStatefulSet && len(name) > maxStatefulSet {
		return fmt.Errorf("invalid name %q: pods that keep their names (StatefulSet) have it in a label with a hash behind, and it has %d characters, want at most %d; %s", name, len(name), maxStatefulSet, remedy)
	}
	if len(name) > validation.DNS1035LabelMaxLength {
		return fmt.Errorf("invalid name %q: it is used as a host name and has %d characters, want at most %d; %s", name, len(name), validation.DNS1035LabelMaxLength, remedy)
	}
	return nil
}

// checkRollout refuses what the kind of workload does not have.
func checkRollout(rev *rio.Revision, r spec.Revision) error {
	o := &rev.Rollout
	switch {
	case rev.Kind == manifest.KindDaemonSet && o.Ordered:
		return fmt.Errorf("one pod on every node (global) has no order; leave out the deployment strategy")
	case o.OnDelete && (o.BatchSize > 0 || r.UpdateOrder != ""):
		return fmt.Errorf("pods that are replaced when somebody deletes them (on-delete) have neither a batch size nor an order; leave those out")
	case rev.Kind == manifest.KindStatefulSet && r.UpdateOrder == startFirst:
		return fmt.Errorf("a pod that keeps its name (StatefulSet) cannot start before the one it replaces has ended; leave out the update order")
	case rev.Kind == manifest.KindStatefulSet:
		o.StopFirst = false // it has no other order
	case o.StopFirst && !o.OnDelete:
		o.BatchSize = max(o.BatchSize, 1)
	case r.UpdateOrder == startFirst: // a volume may want to know
		o.StartFirst = slices.ContainsFunc(rev.Template.Spec.Volumes, func(v corev1.Volume) bool { return v.PersistentVolumeClaim != nil })
	}
	return nil
}

// permit gives the revision's pods their permissions, and then the token to use them.
func permit(rev *rio.Revision, r spec.Revision) error {
	if r.Permissions != nil {
		rev.Permissions = rio.SortPermissions(r.Permissions)
	}
	if r.GlobalPermissions != nil {
		rev.GlobalPermissions = rio.SortPermissions(r.GlobalPermissions)
	}
	for _, p := range rev.Permissions {
		if p.URL != "" {
			return fmt.Errorf("invalid permission %q: a URL is the whole cluster's; make it a global one", p)
		}
	}
	for _, p := range slices.Concat(r.Permissions, r.GlobalPermissions) {
		if err := p.Check(); err != nil {
			return err
		}
	}
	if !rev.HasAccount() {
		return nil
	}
	if account := rev.Template.Spec.ServiceAccountName; account != "" {
		return fmt.Errorf("the pod runs as service account %q, which is another tool's; give the permissions to that: kubectl create rolebinding", account)
	}
	rev.Template.Spec.AutomountServiceAccountToken = new(false) // the account's token is mounted by manifest.Render
	return nil
}

// size gives a revision its number of pods, or the range of its autoscaler. reserve says how
// pods come to reserve CPU, which that needs.
func size(rev *rio.Revision, scale rio.Scale, reserve string) error {
	if !scale.Ranged() {
		rev.Replicas = &scale.Min
		return nil
	}
	pod := rev.Template.Spec
	if rev.Observed != nil {
		pod = rev.Observed.Template.Spec // what is ours of it may be nothing
	}
	if len(pod.Containers) == 0 || pod.Containers[0].Resources.Requests.Cpu().IsZero() {
		return fmt.Errorf("invalid scale %q: an autoscaler compares the CPU that pods use with what they reserve, and they reserve none; %s", scale, reserve)
	}
	rev.Autoscale, rev.Replicas = &scale, nil
	return nil
}
