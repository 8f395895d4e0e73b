package cluster

import (
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// settling is how long a container that has died must run again until its pod counts: one that
// dies again and again is ready in between.
const settling = 10 * time.Second

// steadyAt is when all containers of ready pods that have died before will have run long
// enough; the zero time where none has.
func steadyAt(pods []corev1.Pod) time.Time {
	var at time.Time
	for _, p := range pods {
		for _, s := range p.Status.ContainerStatuses {
			if s.RestartCount == 0 || s.State.Running == nil || !rio.PodReady(p) {
				continue
			}
			if t := s.State.Running.StartedAt.Add(settling); t.After(at) {
				at = t
			}
		}
	}
	return at
}
