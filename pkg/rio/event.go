package rio

import (
	"cmp"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Types of events.
const (
	EventCreated   = "created"   // a service, or a staged revision of it
	EventRemoved   = "removed"   // a revision, or all of a service
	EventTemplate  = "template"  // its pods are to be others
	EventScale     = "scale"     // the number of pods that are wanted
	EventPods      = "pods"      // how many of them serve
	EventWeight    = "weight"    // the split of the traffic
	EventPromotion = "promotion" // one begins, ends or is taken back
	EventRelease   = "release"   // a gradual one begins or ends
	EventRestarted = "restarted" // a container ended and was started anew
	EventTrouble   = "trouble"   // a pod cannot start, or serves no more
	EventWarning   = "warning"   // what Kubernetes itself warns of
)

// Event is one thing that happened to a service. Its JSON is documented in docs/schema.md.
type Event struct {
	Time     time.Time      `json:"time"`
	Type     string         `json:"type"`
	ID       string         `json:"id"` // STACK:SERVICE[:REVISION]
	Stack    string         `json:"stack"`
	Name     string         `json:"name"` // SERVICE[:REVISION]
	Revision string         `json:"revision,omitempty"`
	Pod      string         `json:"pod,omitempty"` // what follows the workload's name
	Message  string         `json:"message"`
	By       string         `json:"by,omitempty"`      // a user, or the tool that wrote it
	Command  string         `json:"command,omitempty"` // behind kubectl rio
	Weights  map[string]int `json:"weights,omitempty"` // of all revisions, percent

	Ref Ref `json:"-"`
}

// EventOf is an event of a service, or of one revision of it.
func EventOf(ref Ref, kind, message string) Event {
	e := Event{Type: kind, ID: ref.ID(), Stack: ref.Namespace, Name: ref.String(), Revision: ref.Revision, Message: message, Ref: ref}
	if !ref.IsLatest() {
		e.ID += ":" + ref.Revision
	}
	return e
}

// LastSeen is when what an event of Kubernetes tells of was last seen. Those of the newer API have a series
// or one time, and no last one:
// https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
func LastSeen(e corev1.Event) time.Time {
	at := cmp.Or(e.LastTimestamp.Time, e.EventTime.Time, e.FirstTimestamp.Time, e.CreationTimestamp.Time)
	if e.Series != nil {
		return cmp.Or(e.Series.LastObservedTime.Time, at)
	}
	return at
}
