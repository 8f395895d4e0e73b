package rio

import "time"

// Node is a machine of the cluster.
type Node struct {
	Name     string
	Internal string // address
	External string // address; empty where there is none
	Created  time.Time
	Ready    bool
	Cordoned bool // no new pods are put there
	Removing bool
	Detail   string            // why it is not ready, or what it is short of
	Labels   map[string]string // node-require and its siblings match these
}

// ID is its name: nodes are in no stack.
func (n Node) ID() string { return n.Name }

// Address is INTERNAL/EXTERNAL, or the one that there is.
func (n Node) Address() string {
	switch {
	case n.External == "" || n.External == n.Internal:
		return n.Internal
	case n.Internal == "":
		return n.External
	}
	return n.Internal + "/" + n.External
}

// stateCordoned is the state of a node that takes no new pods, beside those of revisions.
const stateCordoned = "cordoned"

// State is what lists show of a node.
func (n Node) State() string {
	switch {
	case n.Removing:
		return StateRemoving
	case !n.Ready:
		return StateError
	case n.Cordoned:
		return stateCordoned
	}
	return StateActive
}
