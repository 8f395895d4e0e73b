package printer

import (
	"io"
	"slices"
	"strings"
	"time"

	units "github.com/docker/go-units"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Config is one line of a list of configs or secrets. What is in one is not part of it.
type Config struct {
	ID      string            `json:"id"` // NAMESPACE:NAME
	Name    string            `json:"name"`
	Stack   string            `json:"stack"`
	Type    string            `json:"type,omitempty"` // of a secret
	Keys    []string          `json:"keys,omitempty"`
	Labels  map[string]string `json:"labels,omitempty"`
	Created time.Time         `json:"created"`
	Size    int               `json:"size"` // bytes
}

// Configs lists configs by name.
func Configs(list []rio.Config) []Config {
	var rows []Config
	for _, c := range list {
		rows = append(rows, Config{
			ID: c.ID(), Name: c.Name, Stack: c.Namespace, Type: string(c.Type), Keys: c.Keys(), Labels: c.Labels, Created: c.Created, Size: c.Size(),
		})
	}
	slices.SortFunc(rows, func(a, b Config) int { return strings.Compare(a.ID, b.ID) })
	return rows
}

// ConfigTable draws them; names outside of namespace carry their stack.
func ConfigTable(w io.Writer, list []Config, namespace string, now time.Time, ids bool) error {
	var rows [][]string
	for _, c := range list {
		rows = append(rows, []string{c.ID, nameIn(c.Stack, c.Name, namespace), ago(c.Created, now), units.HumanSize(float64(c.Size))})
	}
	return tableWithIDs(w, []string{"NAME", "CREATED", "SIZE"}, rows, ids)
}

// SecretTable draws secrets.
func SecretTable(w io.Writer, list []Config, namespace string, now time.Time, ids bool) error {
	var rows [][]string
	for _, c := range list {
		rows = append(rows, []string{c.ID, nameIn(c.Stack, c.Name, namespace), c.Type, ago(c.Created, now), units.HumanSize(float64(c.Size))})
	}
	return tableWithIDs(w, []string{"NAME", "TYPE", "CREATED", "SIZE"}, rows, ids)
}

func nameIn(stack, name, namespace string) string {
	return rio.Name{Namespace: stack, Name: name}.In(namespace)
}

// tableWithIDs draws rows whose first cell is an ID, which is shown only when it was asked for.
func tableWithIDs(w io.Writer, header []string, rows [][]string, ids bool) error {
	if ids {
		return table(w, append([]string{"ID"}, header...), rows)
	}
	for i := range rows {
		rows[i] = rows[i][1:]
	}
	return table(w, header, rows)
}
