package spec

import (
	"time"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Service is a service with its revisions. The fields at the top are those of latest.
type Service struct {
	Revision
	Revisions map[string]Revision `json:"revisions,omitempty"` // the staged ones, by name
}

// Revision is one pod with what else goes with it: how many there are and how they are
// replaced. In a stack file a staged revision holds what differs from latest.
type Revision struct {
	Status
	Pod
	Container

	Scale  *rio.Scale `json:"scale,omitempty"`
	Weight int        `json:"weight,omitempty"` // whole percent; a staged revision's

	Inherit *bool `json:"inherit,omitempty"` // false: a staged revision has nothing of latest but what is said here again

	BatchSize          int32  `json:"batchSize,omitempty"`          // pods that are replaced at once; 0 is the default
	UpdateOrder        string `json:"updateOrder,omitempty"`        // start-first (default) or stop-first
	UpdateStrategy     string `json:"updateStrategy,omitempty"`     // rolling (default) or on-delete
	DeploymentStrategy string `json:"deploymentStrategy,omitempty"` // parallel (default) or ordered

	Labels    map[string]string   `json:"labels,omitempty"`    // of the pods
	Metadata  map[string]string   `json:"metadata,omitempty"`  // annotations of the pods
	Sidekicks map[string]Sidekick `json:"sidekicks,omitempty"` // further containers of the pod, by name
}

// Sidekick is a further container of the pod.
type Sidekick struct {
	InitContainer bool `json:"initContainer,omitempty"` // it runs to its end before the others start
	Container
}

// Status is what the cluster says of a service or revision. It is only printed.
type Status struct {
	ID          string       `json:"id,omitempty"` // NAMESPACE:NAME
	Name        string       `json:"name,omitempty"`
	Stack       string       `json:"stack,omitempty"`
	State       string       `json:"state,omitempty"` // active, inactive, updating, pending, removing, error
	Created     *time.Time   `json:"created,omitempty"`
	Endpoints   []string     `json:"endpoints,omitempty"`
	Match       []string     `json:"match,omitempty"`  // requests that it gets whatever its weight is
	Sticky      string       `json:"sticky,omitempty"` // cookie that keeps users on it
	ScaleStatus *ScaleStatus `json:"scaleStatus,omitempty"`
	Conditions  []Condition  `json:"conditions,omitempty"`
}

// ScaleStatus counts pods.
type ScaleStatus struct {
	Ready       int32 `json:"ready"`
	Unavailable int32 `json:"unavailable"`
	Available   int32 `json:"available"` // beyond those ready
	Updated     int32 `json:"updated"`
}

// Condition is a reason why a workload is not at rest.
type Condition struct {
	Type    string `json:"type"`
	Reason  string `json:"reason,omitempty"`
	Message string `json:"message,omitempty"`
}

// Pod is what all containers of a pod share.
type Pod struct {
	Hostname         string      `json:"hostname,omitempty"`
	Global           *bool       `json:"global,omitempty"` // one pod on every node
	Mesh             *bool       `json:"mesh,omitempty"`   // false: without an Istio sidecar
	Scheduling       *Scheduling `json:"scheduling,omitempty"`
	StopGracePeriod  *int64      `json:"stopGracePeriod,omitempty"` // seconds
	Restart          string      `json:"restart,omitempty"`         // always
	DNS              []string    `json:"dns,omitempty"`             // addresses, host or cluster
	DNSOptions       []string    `json:"dnsOptions,omitempty"`      // NAME[:VALUE]
	DNSSearch        []string    `json:"dnsSearch,omitempty"`
	ExtraHosts       []string    `json:"extraHosts,omitempty"` // HOST:IP
	Net              string      `json:"net,omitempty"`        // host
	IPC              string      `json:"ipc,omitempty"`        // host
	PID              string      `json:"pid,omitempty"`        // host
	GroupAdd         []string    `json:"groupAdd,omitempty"`   // further group IDs
	ImagePullSecrets []string    `json:"imagePullSecrets,omitempty"`

	Permissions       []rio.Permission `json:"permissions,omitempty"`
	GlobalPermissions []rio.Permission `json:"globalPermissions,omitempty"`
}

// Scheduling says on which nodes the pods may run.
type Scheduling struct {
	Node      *Node  `json:"node,omitempty"`
	Scheduler string `json:"scheduler,omitempty"`
}

// Nodes are the pods' choice of nodes, to be changed.
func (p *Pod) Nodes() *Node {
	s := p.Scheduled()
	if s.Node == nil {
		s.Node = &Node{}
	}
	return s.Node
}

// Scheduled says on which nodes the pods may run, to be changed.
func (p *Pod) Scheduled() *Scheduling {
	if p.Scheduling == nil {
		p.Scheduling = &Scheduling{}
	}
	return p.Scheduling
}

// Node is a choice of nodes, in expressions over their labels.
type Node struct {
	NodeName   string   `json:"nodeName,omitempty"`
	RequireAll []string `json:"requireAll,omitempty"`
	RequireAny []string `json:"requireAny,omitempty"`
	Preferred  []string `json:"preferred,omitempty"`
}
