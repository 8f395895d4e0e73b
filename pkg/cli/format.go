package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"text/template"
	"time"

	units "github.com/docker/go-units"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/printers"
	"k8s.io/kubectl/pkg/cmd/get"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
)

const outputWide = "wide"

// Formats of --output: those that kubectl's printers write, and those of lists.
const (
	printed   = "json, yaml, " + templates
	listed    = "wide, json, yaml, name, " + templates
	templates = "jsonpath=TEMPLATE, go-template=TEMPLATE or custom-columns=SPEC"
)

// form is what -o and --format ask for, one of them at most.
type form struct {
	output, format string

	formats string // that output may be, printed when not given

	begun bool // writeOne has written one
}

// structured reports whether whole values are printed, not a table or names.
func (f form) structured() bool {
	return f.format != "" || f.printed()
}

// printed reports whether kubectl's printers write it, not a table or names.
func (f form) printed() bool {
	return f.output != "" && f.output != outputWide && f.output != "name"
}

// validate refuses a form before anything is asked of the cluster.
func (f form) validate() error {
	if f.format != "" && f.output != "" {
		return usagef("--format %q and --output %q are both given, want one", f.format, f.output)
	}
	if _, whole := encoders[f.format]; !whole && f.format != "" {
		if _, err := f.template(time.Time{}); err != nil {
			return usagef("invalid --format %q: %w", f.format, err)
		}
	}
	if f.printed() {
		if _, err := f.printer(); err != nil {
			return usageError(err)
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

func (f form) template(now time.Time) (*template.Template, error) {
	functions := template.FuncMap{"ago": func(s string) (string, error) {
		t, err := time.Parse(time.RFC3339, s)
		return units.HumanDuration(now.Sub(t)) + " ago", err
	}}
	for name, encode := range encoders {
		functions[name] = encode
	}
	return template.New("format").Funcs(functions).Parse(f.format)
}

// write writes values as --format has it, all as one document or each as the template says.
func (f form) write(o *Options, items []map[string]any) error {
	if encode, ok := encoders[f.format]; ok {
		return encoded(o, encode, items)
	}
	t, err := f.template(o.Now())
	if err != nil {
		return err
	}
	for _, item := range items {
		var text strings.Builder
		if err := t.Execute(&text, item); err != nil {
			return usagef("invalid --format %q: %w", f.format, err)
		}
		if _, err := fmt.Fprintln(o.Out, strings.ReplaceAll(text.String(), "<no value>", "")); err != nil { // text/template's word for a field that is empty
			return err
		}
	}
	return nil
}

// writeOne is write for one value, which is no list. Those that follow are YAML documents of their own.
func (f *form) writeOne(o *Options, v any) error {
	items, err := asMaps([]any{v})
	if err != nil {
		return err
	}
	if f.begun && f.format == "yaml" {
		if _, err := fmt.Fprintln(o.Out, "---"); err != nil {
			return err
		}
	}
	f.begun = true
	if encode, ok := encoders[f.format]; ok {
		return encoded(o, encode, items[0])
	}
	return f.write(o, items)
}

func encoded(o *Options, encode func(any) (string, error), v any) error {
	text, err := encode(v)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(o.Out, strings.TrimSuffix(text, "\n"))
	return err
}

// printer is kubectl's own for --output.
func (f form) printer() (printers.ResourcePrinter, error) {
	if strings.HasPrefix(f.output, "custom-columns") {
		return get.NewCustomColumnsPrintFlags().ToPrinter(f.output)
	}
	flags := genericclioptions.NewPrintFlags("")
	flags.OutputFormat = &f.output
	p, err := flags.ToPrinter()
	if genericclioptions.IsNoCompatiblePrinterError(err) { // whose list lacks what is not of its flags
		return nil, fmt.Errorf("invalid --output %q: want %s", f.output, cmp.Or(f.formats, printed))
	}
	return p, err
}

// printOne writes what a pointer leads to as --output has it.
func (f form) printOne(o *Options, kind string, thing any) error {
	p, err := f.printer()
	if err != nil {
		return err
	}
	fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(thing)
	if err != nil {
		return err
	}
	fields["apiVersion"], fields["kind"] = printer.SchemaVersion, kind
	return p.PrintObj(&unstructured.Unstructured{Object: fields}, o.Out)
}
