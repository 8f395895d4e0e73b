package rio

import (
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Cause says who gave a revision the pod template that it has.
type Cause struct {
	Command string    // as it was typed, without kubectl rio and the cluster's flags
	By      string    // the user's name, as the cluster knows it
	At      time.Time // to the second
}

// CauseCut ends a command that is longer than what is kept of it.
const CauseCut = "..."

// Before is what a promotion needs to go back: how latest and the revision were. It is noted on the main VirtualService while the promotion is on.
type Before struct {
	Weight   int     `json:"weight"`             // of the revision, percent
	Replicas *int32  `json:"replicas,omitempty"` // of latest; nil: somebody else's to set
	Template string  `json:"template,omitempty"` // hash of latest's pod template, as its ReplicaSet's name ends
	Match    []Match `json:"match,omitempty"`    // of the revision
	Sticky   string  `json:"sticky,omitempty"`   // of the service
	Undo     bool    `json:"undo,omitempty"`     // the promotion is of an earlier pod of latest
	To       int     `json:"to,omitempty"`       // of that pod, its number in history then
	From     int     `json:"from,omitempty"`     // of the pod that latest had, likewise: an undo to it takes this one back

	Settings // of latest
}

// Undone is a promotion that was taken back. It is noted on the main VirtualService, so that
// the same undo, said again, finds it done as long as latest has the pod that it got back then.
type Undone struct {
	Revision string `json:"revision,omitempty"` // whose promotion it was
	Template string `json:"template,omitempty"` // hash of latest's pod template afterwards
}

// Release is one pod template that latest has, or had: a ReplicaSet of its Deployment.
type Release struct {
	Number   int    // as kubectl rollout history counts; a template that comes back gets a new one
	Hash     string // pod-template-hash
	Template corev1.PodTemplateSpec
	Made     time.Time // when its ReplicaSet was
	Cause    Cause     // empty where another tool made it; At is then Made
	Current  bool

	Rights // of its pods
}

// Image is the image of the release's main container.
func (r Release) Image() string { return image(&r.Template) }
