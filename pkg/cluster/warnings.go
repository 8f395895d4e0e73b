package cluster

import (
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// A warning that goes on is told again after that time.
const warnEvery = time.Minute

// unspoken are warnings of which the pod's own state says the same in fewer words.
var unspoken = []string{"BackOff", "Failed", "FailedScheduling"}

func isWarning(change Change) bool {
	_, after := change.After.(*corev1.Event)
	_, before := change.Before.(*corev1.Event)
	return after || before
}

// warning is what Kubernetes itself warns of, where it is of a service. It is empty for what
// is told already.
func (w *watcher) warning(change Change) rio.Event {
	e, ok := change.After.(*corev1.Event)
	if !ok || slices.Contains(unspoken, e.Reason) {
		return rio.Event{}
	}
	at := rio.LastSeen(*e)
	if last, ok := w.told[string(e.UID)]; ok && at.Sub(last) < warnEvery {
		return rio.Event{}
	}
	ref, pod, ok := w.about(e.InvolvedObject)
	if !ok {
		return rio.Event{}
	}
	w.told[string(e.UID)] = at
	event := rio.EventOf(ref, rio.EventWarning, e.Reason+": "+strings.TrimSpace(e.Message))
	event.Time, event.Pod = at, pod
	return event
}

// about finds the revision that an object belongs to: a workload, a pod that lives on, or a
// ReplicaSet. What Istio's own containers say as they begin is not told.
func (w *watcher) about(o corev1.ObjectReference) (ref rio.Ref, pod string, ok bool) {
	for service, objects := range w.live {
		if service.Namespace != o.Namespace {
			continue
		}
		for _, mine := range objects {
			ref, name := manifest.RefOf(mine), mine.GetName()
			switch {
			case o.Kind == rio.KindPod && manifest.Kind(mine) == rio.KindPod && name == o.Name:
				own := !slices.ContainsFunc(rio.MeshContainers, func(c string) bool { return strings.Contains(o.FieldPath, "{"+c+"}") })
				return ref, strings.TrimPrefix(name, ref.ObjectName()+"-"), own && mine.GetDeletionTimestamp() == nil
			case manifest.IsWorkload(mine) && (name == o.Name && o.Kind == manifest.Kind(mine) || o.Kind == "ReplicaSet" && setOf(o.Name) == name):
				return ref, "", true
			}
		}
	}
	return rio.Ref{}, "", false
}

// setOf is the Deployment whose name a ReplicaSet's begins with.
func setOf(name string) string { return name[:max(strings.LastIndexByte(name, '-'), 0)] }
