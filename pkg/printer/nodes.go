package printer

import (
	"io"
	"time"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Node is one line of a list of nodes.
type Node struct {
	ID       string            `json:"id"`
	Name     string            `json:"name"`
	State    string            `json:"state"`
	Internal string            `json:"internal,omitempty"` // addresses
	External string            `json:"external,omitempty"`
	Created  time.Time         `json:"created"`
	Labels   map[string]string `json:"labels,omitempty"`
	Detail   string            `json:"detail,omitempty"`

	address string
}

// Nodes lists nodes in their order.
func Nodes(nodes []rio.Node) []Node {
	var rows []Node
	for _, n := range nodes {
		rows = append(rows, Node{n.ID(), n.Name, n.State(), n.Internal, n.External, n.Created, n.Labels, n.Detail, n.Address()})
	}
	return rows
}

// NodeTable draws them; ids adds a first column.
func NodeTable(w io.Writer, list []Node, ids bool) error {
	var rows [][]string
	for _, n := range list {
		rows = append(rows, []string{n.ID, n.Name, n.State, n.address, n.Detail})
	}
	return tableWithIDs(w, []string{"NAME", "STATE", "ADDRESS", "DETAIL"}, rows, ids)
}
