package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"
	"text/template"
	"time"

	units "github.com/docker/go-units"
	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/printers"
	"k8s.io/kubectl/pkg/cmd/get"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
)

// listFlags are those of every command that lists something.
type listFlags struct {
	kind   string // of the objects that kubectl's printers are given; by the rows when empty
	quiet  bool
	output string
	format string
}

func (l *listFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVarP(&l.quiet, "quiet", "q", false, "print only IDs, or names or numbers where there is no ID")
	f.StringVarP(&l.output, "output", "o", "", "`FORMAT` wide, json, yaml, name, jsonpath=TEMPLATE, go-template=TEMPLATE or custom-columns=SPEC")
	completeFlag(cmd, "output", outputWide, "json", "yaml", "name", "jsonpath", "go-template", "custom-columns")
	f.StringVar(&l.format, "format", "", "json, jsoncompact, yaml, or a Go `TEMPLATE` that is written for each line, for example '{{.name}}'; it has the functions ago, json, jsoncompact and yaml")
}

// addIDs adds a flag of Rio's tables.
func addIDs(cmd *cobra.Command, ids *bool) {
	cmd.Flags().BoolVar(ids, "ids", false, "a first column with IDs")
}

const outputWide = "wide"

// structured reports whether whole values are printed, not a table or names.
func (l *listFlags) structured() bool {
	return l.format != "" || l.output != "" && l.output != outputWide && l.output != "name"
}

// validate refuses a format before anything is asked of the cluster.
func (l *listFlags) validate() error {
	if l.format != "" && l.output != "" {
		return usagef("--format %q and --output %q are both given, want one", l.format, l.output)
	}
	switch l.format {
	case "", "json", "jsoncompact", "yaml":
	default:
		if _, err := l.template(time.Time{}); err != nil {
			return usagef("invalid --format %q: %w", l.format, err)
		}
	}
	if l.output != "" && l.output != outputWide && l.output != "name" {
		if _, err := l.printer(); err != nil {
			return usageError(err)
		}
	}
	return nil
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
		return p.PrintObj(list(items, cmp.Or(l.kind, kindOf(rows))), o.Out)
	case l.format != "":
		return l.write(o, items)
	}
	return table(false)
}

// kindOf is the kind of rows whose command may list several, or has named none.
func kindOf(rows any) string {
	switch rows.(type) {
	case []printer.Container:
		return "Container"
	case []printer.HistoryRow:
		return "Release"
	}
	return "Service"
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

func (l *listFlags) write(o *Options, items []map[string]any) error {
	if encode, ok := encoders[l.format]; ok {
		text, err := encode(items)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(o.Out, strings.TrimSuffix(text, "\n"))
		return err
	}
	t, err := l.template(o.Now())
	if err != nil {
		return err
	}
	for _, item := range items {
		var text strings.Builder
		if err := t.Execute(&text, item); err != nil {
			return usagef("invalid --format %q: %w", l.format, err)
		}
		if _, err := fmt.Fprintln(o.Out, strings.ReplaceAll(text.String(), "<no value>", "")); err != nil { // text/template's word for a field that is empty
			return err
		}
	}
	return nil
}

// encoders write a value whole; templates know them as functions.
var encoders = map[string]func(any) (string, error){
	"json":        func(v any) (string, error) { b, err := json.MarshalIndent(v, "", "    "); return string(b), err },
	"jsoncompact": func(v any) (string, error) { b, err := json.Marshal(v); return string(b), err },
	"yaml":        func(v any) (string, error) { b, err := yaml.Marshal(v); return string(b), err },
}

func (l *listFlags) template(now time.Time) (*template.Template, error) {
	functions := template.FuncMap{"ago": func(s string) (string, error) {
		t, err := time.Parse(time.RFC3339, s)
		return units.HumanDuration(now.Sub(t)) + " ago", err
	}}
	for name, f := range encoders {
		functions[name] = f
	}
	return template.New("format").Funcs(functions).Parse(l.format)
}

// printer is kubectl's own for the format.
func (l *listFlags) printer() (printers.ResourcePrinter, error) {
	if strings.HasPrefix(l.output, "custom-columns") {
		return get.NewCustomColumnsPrintFlags().ToPrinter(l.output)
	}
	flags := genericclioptions.NewPrintFlags("")
	flags.OutputFormat = &l.output
	return flags.ToPrinter()
}

// list wraps rows as kubectl's printers take them.
func list(items []map[string]any, kind string) *unstructured.UnstructuredList {
	l := &unstructured.UnstructuredList{Object: map[string]any{"apiVersion": "rio.cattle.io/v1", "kind": "List"}}
	for _, item := range items {
		item["apiVersion"], item["kind"] = "rio.cattle.io/v1", kind
		l.Items = append(l.Items, unstructured.Unstructured{Object: item})
	}
	return l
}

// asMaps turns rows into what templates and printers walk: their JSON.
func asMaps(rows any) ([]map[string]any, error) {
	if reflect.ValueOf(rows).Len() == 0 {
		return []map[string]any{}, nil
	}
	raw, err := json.Marshal(rows)
	if err != nil {
		return nil, err
	}
	var items []map[string]any
	return items, json.Unmarshal(raw, &items)
}
