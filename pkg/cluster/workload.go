package cluster

import (
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Workload is what makes the pods of a revision, or those that another tool runs.
type Workload struct {
	Ref    rio.Ref // of the revision; its object's name is the workload's
	Kind   string
	Within *rio.Scale // the number of pods that an autoscaler may choose; nil: there is none

	Undoing bool // undo is at work on it, so another one is no way back

	selector string // of the pods
	foreign  bool
}

// WorkloadOf is the workload of a revision.
func WorkloadOf(ref rio.Ref, kind string) Workload {
	return Workload{Ref: ref, Kind: kind, selector: labels.Set(rio.Selector(ref)).String()}
}

// ForeignWorkload is one whose pods are found by its own selector.
func ForeignWorkload(o manifest.Object) Workload {
	return Workload{
		Ref:  rio.Ref{Namespace: o.GetNamespace(), Service: o.GetName()},
		Kind: manifest.Kind(o), selector: metav1.FormatLabelSelector(manifest.SelectorOf(o)), foreign: true,
	}
}

// String names it in messages.
func (w Workload) String() string {
	if w.foreign {
		return strings.ToLower(w.Kind) + "/" + w.Ref.Service
	}
	return fmt.Sprintf("revision %q of %q", w.Ref.RevisionName(), w.Ref.Service)
}

// look is the command that shows what is the matter.
func (w Workload) look() string {
	if w.foreign {
		return fmt.Sprintf("kubectl describe pods -n %s -l '%s'", w.Ref.Namespace, w.selector)
	}
	return fmt.Sprintf("kubectl rio why -n %s %s", w.Ref.Namespace, w.Ref)
}

// remove is the command that removes a pod of it.
func (w Workload) remove(pod string) string {
	if w.foreign {
		return fmt.Sprintf("kubectl delete pod -n %s %s", w.Ref.Namespace, pod)
	}
	return fmt.Sprintf("kubectl rio rm -n %s -t pod %s/%s", w.Ref.Namespace, w.Ref, strings.TrimPrefix(pod, w.Ref.ObjectName()+"-"))
}

// failed is the error of a wait that a broken pod ends; back says that what the workload had
// before is the way out.
func (w Workload) failed(f *failure, back bool) error {
	remedy := "see: " + w.look()
	switch {
	case w.foreign:
	case f.logs:
		remedy = fmt.Sprintf("see: kubectl rio logs -n %s --previous %s", w.Ref.Namespace, w.Ref)
	case back && w.Ref.IsLatest() && !w.Undoing:
		remedy = fmt.Sprintf("then go back: kubectl rio undo -n %s %s", w.Ref.Namespace, w.Ref)
	}
	return NotReady("%s is not ready: %s; %s", w, f.what, remedy)
}

// paused is the error of a wait for pods that nobody replaces.
func (w Workload) paused() error {
	name := strings.ToLower(w.Kind) + "/" + w.Ref.ObjectName()
	return NotReady("%s is not ready: %s is paused, so its pods are not replaced; go on with it: kubectl rollout resume -n %s %s", w, name, w.Ref.Namespace, name)
}

// fits reports whether the autoscaler has made the workload as large as it is to be.
func (w Workload) fits(pods int32) bool {
	return w.Within == nil || w.Within.Min <= pods && pods <= w.Within.Max
}

// scope is the workload alone.
func (w Workload) scope() scope {
	name := fields.OneTermEqualSelector(metav1.ObjectNameField, w.Ref.ObjectName()).String()
	return scope{kind: w.Kind, namespace: w.Ref.Namespace, fields: name}
}
