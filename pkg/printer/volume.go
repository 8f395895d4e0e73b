package printer

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Volume is one line of a list of volumes.
type Volume struct {
	ID         string            `json:"id"` // NAMESPACE:NAME
	Name       string            `json:"name"`
	Stack      string            `json:"stack"`
	Driver     string            `json:"driver,omitempty"`
	Template   bool              `json:"template"`
	SizeInGB   int               `json:"sizeInGb"`
	AccessMode string            `json:"accessMode,omitempty"`
	Labels     map[string]string `json:"labels,omitempty"`
	State      string            `json:"state"`
	Created    time.Time         `json:"created"`
	Detail     string            `json:"detail,omitempty"`
}

// Volumes lists volumes by name.
func Volumes(list []rio.Volume) []Volume {
	var rows []Volume
	for _, v := range list {
		rows = append(rows, Volume{
			ID: v.ID(), Name: v.Name, Stack: v.Namespace, Driver: v.Driver, Template: v.Template, SizeInGB: v.SizeInGB,
			AccessMode: string(v.AccessMode), Labels: v.Labels, State: v.State, Created: v.Created, Detail: v.Detail,
		})
	}
	slices.SortFunc(rows, func(a, b Volume) int { return strings.Compare(a.ID, b.ID) })
	return rows
}

// VolumeTable draws them; names outside of namespace carry their stack.
func VolumeTable(w io.Writer, list []Volume, namespace string, now time.Time, ids bool) error {
	var rows [][]string
	for _, v := range list {
		rows = append(rows, []string{
			v.ID, nameIn(v.Stack, v.Name, namespace), cmp.Or(v.Driver, "default"), strconv.FormatBool(v.Template), strconv.Itoa(v.SizeInGB), v.State, ago(v.Created, now), v.Detail,
		})
	}
	return tableWithIDs(w, []string{"NAME", "DRIVER", "TEMPLATE", "SIZE GB", "STATE", "CREATED", "DETAIL"}, rows, ids)
}
