package printer

import (
	"io"
	"slices"
	"time"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

// StackRow is one line of a list of stacks.
type StackRow struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	State       string    `json:"state"`
	Created     time.Time `json:"created"`
	Description string    `json:"description,omitempty"`
	Detail      string    `json:"detail,omitempty"`
}

// DescribedStack is a stack as inspect shows it, with the file it was made of.
type DescribedStack struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	StackRow
	stack.Source
	Questions []stack.Question `json:"questions,omitempty"`
}

// DescribeStack tells of a stack. Who may read the answers has the right to read secrets.
func DescribeStack(s rio.Stack, source stack.Source) (DescribedStack, error) {
	d := DescribedStack{APIVersion: SchemaVersion, Kind: "Stack", StackRow: stackRow(s), Source: source}
	if source.Compose {
		return d, nil // it asks nothing
	}
	var err error
	d.Questions, _, err = stack.Questions(source.Text, s.Name)
	return d, err
}

// head begins what inspect shows of a thing of a stack.
type head struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	ID         string `json:"id"`
	Name       string `json:"name"`
	Stack      string `json:"stack"`
}

// DescribedConfig is a config or a secret as inspect shows it. What is in a secret is for
// secret cat to print.
type DescribedConfig struct {
	head
	Created time.Time `json:"created"`
	stack.Config
}

// DescribeConfig tells of a config or a secret, by how a stack file has it.
func DescribeConfig(c rio.Config, written stack.Config) DescribedConfig {
	d := DescribedConfig{head{SchemaVersion, "Config", c.ID(), c.Name, c.Namespace}, c.Created, written}
	if c.Kind == rio.KindSecret {
		d.Kind, d.Config = "Secret", stack.Config{}
	}
	return d
}

// DescribedRoutes are the routes of a host as inspect shows them.
type DescribedRoutes struct {
	head
	Endpoints []string    `json:"endpoints,omitempty"`
	Routes    []rio.Route `json:"routes"`
}

// DescribeRoutes tells of the routes of a host, by how a stack file has them.
func DescribeRoutes(set rio.RouteSet, written []rio.Route) DescribedRoutes {
	d := DescribedRoutes{head{SchemaVersion, "Route", set.Ref().ID(), set.Name, set.Namespace}, nil, written}
	if set.Host() != "" {
		d.Endpoints = []string{"http://" + RouteURL(set)}
	}
	return d
}

// DescribedVolume is a volume as inspect shows it.
type DescribedVolume struct {
	head
	State   string    `json:"state"`
	Created time.Time `json:"created"`
	stack.Volume
}

// DescribeVolume tells of a volume, by how a stack file has it.
func DescribeVolume(v rio.Volume, written stack.Volume) DescribedVolume {
	return DescribedVolume{head{SchemaVersion, "Volume", v.ID(), v.Name, v.Namespace}, v.State, v.Created, written}
}

// Stacks lists stacks, the newest first.
func Stacks(stacks []rio.Stack) []StackRow {
	sorted := slices.Clone(stacks)
	slices.SortStableFunc(sorted, func(a, b rio.Stack) int { return b.Created.Compare(a.Created) })
	var rows []StackRow
	for _, s := range sorted {
		rows = append(rows, stackRow(s))
	}
	return rows
}

func stackRow(s rio.Stack) StackRow {
	row := StackRow{ID: s.Name, Name: s.Name, State: rio.StateActive, Created: s.Created, Description: s.Description}
	if s.Removing {
		row.State = rio.StateRemoving
	}
	return row
}

// StackTable draws the list; ids adds a first column.
func StackTable(w io.Writer, list []StackRow, now time.Time, ids bool) error {
	var rows [][]string
	for _, s := range list {
		rows = append(rows, []string{s.ID, s.Name, s.State, ago(s.Created, now), s.Description, s.Detail})
	}
	return tableWithIDs(w, []string{"NAME", "STATE", "CREATED", "DESC", "DETAIL"}, rows, ids)
}
