package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	kjson "k8s.io/apimachinery/pkg/util/json"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
)

// listFlags are those of every command that lists something.
type listFlags struct {
	form
	kind  string // of the objects that kubectl's printers are given
	quiet bool

	selector string // of labels, where the command has one
}

func (l *listFlags) add(cmd *cobra.Command) {
	l.formats = listed
	f := cmd.Flags()
	f.BoolVarP(&l.quiet, "quiet", "q", false, "print only IDs, or names or numbers where there is no ID")
	f.StringVarP(&l.output, "output", "o", "", "`FORMAT` "+listed)
	completeFlag(cmd, "output", outputWide, "json", "yaml", "name", "jsonpath", "go-template", "custom-columns")
	f.StringVar(&l.format, "format", "", "json, jsoncompact, yaml, or a Go `TEMPLATE` that is written for each line, for example '{{.name}}'; it has the functions ago, json, jsoncompact and yaml")
}

// validate refuses a form beside --quiet, too, which would print nothing of it, and a selector that the
// server would.
func (l *listFlags) validate() error {
	switch {
	case l.quiet && l.output != "" && l.output != "name":
		return usagef("--quiet prints IDs alone, and --output %q asks for more; give one of them", l.output)
	case l.quiet && l.format != "":
		return usagef("--quiet prints IDs alone, and --format %q asks for more; give one of them", l.format)
	}
	if _, err := labels.Parse(l.selector); err != nil {
		return usagef("invalid --selector %q: %w", l.selector, err)
	}
	return l.form.validate()
}

// addIDs adds a flag of Rio's tables.
func addIDs(cmd *cobra.Command, ids *bool) {
	cmd.Flags().BoolVar(ids, "ids", false, "a first column with IDs")
}

// begin checks the flags and connects; namespace is the stack in use.
func (l *listFlags) begin(o *Options, name string) (client *cluster.Client, namespace string, err error) {
	if err := l.validate(); err != nil {
		return nil, "", err
	}
	if namespace, err = o.namespace(); err != nil {
		return nil, "", err
	}
	client, err = o.client(name)
	return client, namespace, err
}

// print writes a slice of rows in the form that was asked for, else as a table.
func (l *listFlags) print(o *Options, rows any, table func(wide bool) error) error {
	items, err := asMaps(rows)
	if err != nil {
		return err
	}
	switch {
	case l.quiet:
		return l.lines(o.Out, items, "id", "name", "number")
	case l.output == "name":
		return l.lines(o.Out, items, "name", "number")
	case l.output == outputWide:
		return table(true)
	case l.output != "":
		p, err := l.printer()
		if err != nil {
			return err
		}
		return p.PrintObj(list(items, l.kind), o.Out)
	case l.format != "":
		return l.write(o, items)
	}
	return table(false)
}

// lines writes the first of the fields that each row has.
func (l *listFlags) lines(w io.Writer, items []map[string]any, fields ...string) error {
	for _, item := range items {
		for _, f := range fields {
			if v, ok := item[f]; ok {
				if _, err := fmt.Fprintln(w, v); err != nil {
					return err
				}
				break
			}
		}
	}
	return nil
}

// list wraps rows as kubectl's printers take them.
func list(items []map[string]any, kind string) *unstructured.UnstructuredList {
	l := &unstructured.UnstructuredList{Object: map[string]any{"apiVersion": printer.SchemaVersion, "kind": "List"}}
	for _, item := range items {
		item["apiVersion"], item["kind"] = printer.SchemaVersion, kind
		l.Items = append(l.Items, unstructured.Unstructured{Object: item})
	}
	return l
}

// asMaps turns rows into what templates and printers walk: their JSON. Whole numbers stay whole, so that
// templates print them as they are and can compare them.
func asMaps(rows any) ([]map[string]any, error) {
	if reflect.ValueOf(rows).Len() == 0 {
		return []map[string]any{}, nil
	}
	raw, err := json.Marshal(rows)
	if err != nil {
		return nil, err
	}
	var items []map[string]any
	return items, kjson.Unmarshal(raw, &items)
}
