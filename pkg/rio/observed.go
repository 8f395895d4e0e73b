package rio

import (
	"fmt"
	"slices"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// Observed is what the cluster reports of a revision's workload. It is read for
// screens and waits, never written.
type Observed struct {
	Workload  string // KIND/NAME, as kubectl takes it
	Created   time.Time
	Deleting  bool
	Paused    bool // its pods are not replaced
	ByHand    bool // somebody set its number of pods with kubectl, not an autoscaler
	Unbatched bool // a StatefulSet with a batch size that its server does not keep
	OnDelete  bool // old pods stay until somebody deletes them
	Altered   bool // another tool has written to its template since kubectl rio wrote the workload
	UpToDate  bool // the controller has seen the newest spec
	Replicas  int32
	Ready     int32
	Available int32
	Updated   int32
	Total     int32 // pods there are, old ones of a rollout included
	Reported  bool  // there is any status yet
	Problems  []Condition
	Trouble   string                   // why one of its pods does not serve, only looked for when some do not; or which workload is this revision, too
	Broken    bool                     // and no waiting mends it
	Template  corev1.PodTemplateSpec   // whole: what other tools wrote and the server's defaults too
	Past      []corev1.PodTemplateSpec // earlier ones, which undo can bring back; read when the service has copies of configs
}

// Condition is a condition of a workload that is not as it should be.
type Condition struct {
	Type, Reason, Message string
	Transitioning         bool // it may still come right by itself
}

// Short reports whether pods are missing that are to be there and to serve.
func (o *Observed) Short() bool { return o != nil && o.Available < o.Replicas }

// RolledOut reports whether all pods are of the newest template and available.
func (o *Observed) RolledOut() bool {
	return o != nil && o.Reported && o.UpToDate && o.Updated == o.Replicas && o.Available == o.Replicas && o.Total == o.Replicas
}

// Held reports whether old pods stay, for somebody has paused the workload.
func (o *Observed) Held() bool { return o.Paused && o.Total > o.Updated }

// Unplaced is why a pod has no node, nil when it has one or nobody has tried yet:
// https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-conditions
func Unplaced(pod corev1.Pod) *corev1.PodCondition {
	i := slices.IndexFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodScheduled && c.Status == corev1.ConditionFalse
	})
	if i < 0 {
		return nil
	}
	return &pod.Status.Conditions[i]
}

// PodOver reports whether a pod has ended for good, as one that was evicted or that its node did
// not admit. A Deployment makes another in its place, and leaves it there:
// https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase
func PodOver(pod corev1.Pod) bool {
	return pod.Status.Phase == corev1.PodFailed || pod.Status.Phase == corev1.PodSucceeded
}

// PodReady reports whether a pod serves: it is ready, and not on its way out.
func PodReady(pod corev1.Pod) bool {
	_, ready := ReadySince(pod)
	return ready
}

// ReadySince is when a pod that serves became ready, to the second.
func ReadySince(pod corev1.Pod) (since time.Time, ready bool) {
	i := slices.IndexFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
	})
	if i < 0 || pod.DeletionTimestamp != nil {
		return time.Time{}, false
	}
	return pod.Status.Conditions[i].LastTransitionTime.Time, true
}

// States of a revision, as lists show them.
const (
	StateActive   = "active"
	StateInactive = "inactive" // scaled to 0
	StatePending  = "pending"  // just made
	StateUpdating = "updating"
	StateRemoving = "removing"
	StateError    = "error"
)

// State is what lists show of a revision, with the reason where one is known.
func (o *Observed) State() (state, detail string) {
	transitioning := false
	for _, p := range o.Problems {
		if !p.Transitioning {
			return StateError, p.Reason + ": " + p.Message
		}
		transitioning = true
	}
	switch {
	case o.Deleting:
		return StateRemoving, o.Trouble
	case o.Broken:
		return StateError, o.Trouble
	case !o.Reported:
		return StatePending, o.Trouble
	case transitioning || !o.UpToDate:
		return StateUpdating, o.Trouble
	case o.Replicas == 0 && o.Total == 0:
		return StateInactive, o.Trouble
	case o.Replicas > 0 && o.Available == 0: // of a StatefulSet or DaemonSet, which has no conditions
		return StateUpdating, o.Trouble
	}
	return StateActive, o.Trouble
}

// Refused is why none of its pods can be made, by a quota or a policy; empty where they can:
// https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#failed-deployment
func (o *Observed) Refused() string {
	for _, p := range o.Problems {
		if p.Type == string(appsv1.DeploymentReplicaFailure) {
			return p.Message
		}
	}
	return ""
}

// Serving are the pods that serve and stay.
func (o *Observed) Serving() int32 {
	if o.OnDelete {
		return o.Available
	}
	return min(o.Available, o.Updated)
}

// Progress counts a revision's pods for people: those that serve, of how many, and the old
// ones that a rollout has still to replace.
func (o *Observed) Progress() string {
	text := fmt.Sprintf("%d/%d ready", o.Serving(), o.Replicas)
	if old := o.Total - o.Updated; old > 0 {
		text += fmt.Sprintf(", %d old", old)
	}
	return text
}

// Count is a number of things for people: 1 pod, 2 pods.
func Count[N int | int32 | int64](n N, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// Starting reports whether a container waits for nothing but its turn.
func Starting(w *corev1.ContainerStateWaiting) bool {
	return w.Reason == "" || w.Reason == "ContainerCreating" || w.Reason == "PodInitializing"
}
